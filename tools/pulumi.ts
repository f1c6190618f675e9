/** `npm run pulumi -- ...`, `npm run preview`, `npm run up`: Pulumi's CLI in the version of the SDK, fetched at its first use. */
import { spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { findEngine } from "./pulumi/engine";

async function main(): Promise<number> {
  const engine = await findEngine();
  // The language hosts lie beside the engine.
  const env = { ...process.env, PATH: `${dirname(engine)}${delimiter}${process.env.PATH ?? ""}` };
  const child = spawn(engine, process.argv.slice(2), { stdio: "inherit", env });
  // A terminal sends Ctrl-C to both; the engine decides when it ends.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
