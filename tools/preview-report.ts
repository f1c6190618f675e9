/**
 * `npm run preview-report`: previews a stack in a workflow run and leaves the text of the comment as the step's output
 * `report`, also where the preview fails.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { readReportArguments } from "./workflows/arguments";
import { previewReport } from "./workflows/report";

/** Without the permalink: it would be a signed address of the state, for everybody who can read the log. */
const flags = ["--diff", "--suppress-permalink", "--non-interactive", "--color", "never"];

async function main(): Promise<number> {
  const { stack } = readReportArguments(process.argv.slice(2));
  const outputs = process.env.GITHUB_OUTPUT;
  if (outputs === undefined) throw new Error("GITHUB_OUTPUT is not set: this command is for workflow runs.");
  const { output, exitCode } = await preview(stack);
  const delimiter = randomUUID();
  appendFileSync(outputs, `report<<${delimiter}\n${previewReport(stack, output, exitCode)}\n${delimiter}\n`);
  return exitCode;
}

/** The preview's text, shown as it comes. */
function preview(stack: string): Promise<{ readonly output: string; readonly exitCode: number }> {
  const child = spawn("npm", ["run", "--silent", "preview", "--", ...flags, "--stack", stack], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      process.stdout.write(text);
    });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ output, exitCode: code ?? 1 }));
  });
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
