/** What a person reads: a line a check, and below it what mends it. */
import type { Outcome } from "./check";
import { type Examined, exitCodeOf } from "./examine";

const marks: Readonly<Record<Outcome["kind"], string>> = { fine: "ok", mend: "mend", advice: "better", unseen: "-" };

/** The lines of one check. */
export function linesOf({ title, outcome }: Examined): string[] {
  const head = `${marks[outcome.kind].padEnd(8)}${title.padEnd(26)}`;
  if (outcome.kind === "fine") return [head + outcome.seen];
  if (outcome.kind === "unseen") return [head + outcome.why];
  return outcome.findings.flatMap(({ sentence, command }, at) => [
    (at === 0 ? head : " ".repeat(head.length)) + sentence,
    `${" ".repeat(head.length)}  $ ${command}`,
  ]);
}

/** The last line. */
export function verdictOf(all: readonly Examined[]): string {
  const mending = all.flatMap(({ outcome }) => (outcome.kind === "mend" ? outcome.findings : [])).length;
  const unseen = all.filter(({ outcome }) => outcome.kind === "unseen").length;
  const rest = unseen === 0 ? "" : ` ${unseen} of ${all.length} checks could not be made.`;
  const code = exitCodeOf(all);
  if (code === 1)
    return `${mending === 1 ? "One thing is" : `${mending} things are`} to be mended before \`npm run up\`.${rest}`;
  return code === 0 ? "Nothing stands in the way of `npm run up`." : `Nothing to be mended was found.${rest}`;
}
