/** `npm start`: the local cloud with a simulated home, or with a recorded capture. */
import { demo } from "./demo";
import { type Options, readOptions, usage } from "./options";
import { replay } from "./replay";
import { openSession } from "./session";

const print = (text: string) => void process.stdout.write(`${text}\n`);
const complain = (text: string) => void process.stderr.write(`${text}\n`);

/** Resolves at the first Ctrl-C; the second one ends the process where it stands. */
const stopped = new Promise<void>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      process.once(signal, () => process.exit(130));
      resolve();
    });
});

async function run(options: Options): Promise<number> {
  const mode = options.replay === undefined ? "demo" : "replay";
  const session = openSession(options, mode, (problem) => complain(`! ${problem}`));
  const work =
    options.replay === undefined ? demo(session, options, print, stopped) : replay(session, options.replay, print);
  const interrupted = Symbol("interrupted");
  try {
    const outcome = await Promise.race([work, stopped.then(() => interrupted)]);
    return outcome === interrupted && options.replay !== undefined ? 130 : 0;
  } finally {
    // What is under way when it is interrupted fails as its servers go; that is no news.
    work.catch(() => undefined);
    await session.close();
  }
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    print(usage);
    return 0;
  }
  return run(options);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const detailed = process.env.WATTLAKE_DEBUG === "1";
    complain(
      detailed
        ? String(error instanceof Error ? error.stack : error)
        : error instanceof Error
          ? error.message
          : String(error),
    );
    process.exit(1);
  },
);
