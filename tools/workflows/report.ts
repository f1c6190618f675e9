/** What a pull request's comment says of a stack's preview. */

/** Characters of a preview that are shown; a comment takes 65,536, and has both stacks. */
const shown = 28_000;
/** Of these, at the end: there stand the totals, or why it failed. */
const shownAtEnd = 3_000;

/** Markdown: a line for who is in a hurry, and the whole diff to unfold. */
export function previewReport(stack: string, output: string, exitCode: number): string {
  const text = shorten(output.trim());
  const fence = "`".repeat(Math.max(3, longestRun(text, "`") + 1));
  const verdict = exitCode === 0 ? totals(output) : "the preview failed";
  return [
    `### Preview of \`${stack}\`: ${verdict}`,
    "",
    `<details${exitCode === 0 ? "" : " open"}><summary>The whole preview</summary>`,
    "",
    fence,
    text,
    fence,
    "",
    "</details>",
  ].join("\n");
}

/** `+ 2 to create, 120 unchanged`: the lines below `Resources:`. */
function totals(output: string): string {
  const [, block = ""] = /^Resources:[^\n]*\n((?:[ \t]+\S[^\n]*\n?)+)/m.exec(output) ?? [];
  const lines = block.split("\n").flatMap((line) => line.trim() || []);
  return lines.length > 0 ? lines.join(", ") : "no totals";
}

function shorten(text: string): string {
  if (text.length <= shown) return text;
  const cut = text.length - shown;
  return `${text.slice(0, shown - shownAtEnd)}\n... ${cut} characters are left out; the run's log has them ...\n${text.slice(-shownAtEnd)}`;
}

function longestRun(text: string, character: string): number {
  const runs = text.match(new RegExp(`${character}+`, "g")) ?? [];
  return runs.reduce((longest, run) => Math.max(longest, run.length), 0);
}
