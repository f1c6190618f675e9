/** Steps of a long command, shown by listr2: live lines in a terminal, plain ones elsewhere. */
import { Listr } from "listr2";

export interface Step {
  /** Replaces the title when the step is done. */
  done(title: string): void;
  /** How far it is. */
  progress(text: string): void;
}

/** Without a terminal a line now and then tells that it goes on. */
const pauseMs = 20_000;

/** Hands a text on where the last one, or the start, is long enough ago. `now`: ms. */
export function nowAndThen(write: (text: string) => void, now: () => number): (text: string) => void {
  let last = now();
  return (text) => {
    if (now() - last < pauseMs) return;
    last = now();
    write(text);
  };
}

/** Runs one step; what it resolves with is handed on. */
export async function step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T> {
  let result: { readonly value: T } | undefined;
  let failure: { readonly error: unknown } | undefined;
  const list = new Listr(
    [
      {
        title,
        async task(_, task) {
          const show = (text: string) => {
            task.output = text;
          };
          try {
            result = {
              value: await work({
                done: (text) => {
                  task.title = text;
                },
                progress: process.stdout.isTTY ? show : nowAndThen(show, Date.now),
              }),
            };
          } catch (error) {
            // The reason is told once, by whoever ends the command.
            failure = { error };
            throw new Error("not finished", { cause: error });
          }
        },
      },
    ],
    { fallbackRenderer: "simple", registerSignalListeners: false },
  );
  await list.run().catch((error: unknown) => {
    throw failure ? failure.error : error;
  });
  if (!result) throw new Error(`The step "${title}" ended without a result.`);
  return result.value;
}

/** `1,234,567` */
export const thousands = (count: number) => count.toLocaleString("en");
