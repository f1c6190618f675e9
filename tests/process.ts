/** A program of the project as a process of its own: what it printed, and its exit code. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const root = join(__dirname, "..");

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** @param program - Seen from the project's folder. @param typed - Its standard input. */
export async function runProgram(program: string, args: readonly string[], typed = ""): Promise<Ended> {
  const child = spawn(process.execPath, ["-r", join(root, "local/ts.cjs"), join(root, program), ...args]);
  const output = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    output.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.err += chunk;
  });
  child.stdin.end(typed);
  const [code] = await once(child, "close");
  return { code: Number(code), ...output };
}
