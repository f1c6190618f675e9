/** `npm start`: the local cloud with a simulated home, or with a recorded capture. */
import { inspect } from "node:util";
import { z } from "zod";
import { makeTelling } from "./failures";
import { demo } from "./session/demo";
import { type Options, readOptions, usage } from "./session/options";
import { replay } from "./session/replay";
import { openSession } from "./session/session";
import { createTerminal } from "./session/terminal";

const terminal = createTerminal(process.stdout, process.stderr);
const { print, complain } = terminal;

/** Resolves at the first Ctrl-C; the second one ends the process where it stands. */
const stopped = new Promise<void>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      process.once(signal, () => process.exit(130));
      print("Stopping.");
      resolve();
    });
});

async function run(options: Options): Promise<number> {
  const mode = options.replay === undefined ? "demo" : "replay";
  const session = openSession(options, mode, (problem) => telling.problem(problem));
  const telling = makeTelling(complain, session.directory);
  const work =
    options.replay === undefined ? demo(session, options, terminal, stopped) : replay(session, options.replay, print);
  const interrupted = Symbol("interrupted");
  let code = 0;
  try {
    const outcome = await Promise.race([work, stopped.then(() => interrupted)]);
    if (outcome === interrupted && options.replay !== undefined) code = 130;
  } catch (error) {
    // At once: to close what is open takes its time.
    telling.end(explain(error));
    code = 1;
  }
  // What is under way when it is interrupted fails as its servers go; that is no news.
  work.catch(() => undefined);
  // Nothing that hangs may keep the process from ending. A slow machine takes its time; a second Ctrl-C does not wait.
  setTimeout(() => process.exit(1), 120_000).unref();
  try {
    await session.close();
  } catch (error) {
    telling.problem(explain(error));
    code = 1;
  }
  return code;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    print(usage);
    return 0;
  }
  return run(options);
}

/** What these say is for the user; of anything else only the first line is. */
const plain = ["UserError", "ProgramError", "ExecutionFailed"];

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (process.env.WATTLAKE_DEBUG === "1") return inspect(error);
  if (plain.includes(error.name)) return error.message;
  const { message } = error instanceof z.ZodError ? new Error(z.prettifyError(error)) : error;
  return `${message.split("\n")[0]}\nWATTLAKE_DEBUG=1 shows where this comes from.`;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    complain(explain(error));
    process.exit(1);
  },
);
