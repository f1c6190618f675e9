/** How much a backfill is, told before it begins; one of several executions begins only when somebody says so. */
import { createInterface } from "node:readline/promises";
import { Temporal } from "temporal-polyfill";
import { count } from "../../local/session/account";
import { userError } from "../../local/session/options";
import type { HourRange } from "./plan";

/** Puts a question to a person, and resolves with the answer; absent where nobody can be asked. */
export type Ask = ((question: string) => Promise<string>) | undefined;

/** `2025-06-01 to 2025-07-10: 40 days, 960 arrival hours, in 2 executions` */
export function extentOf(from: string, to: string, ranges: readonly HourRange[]): string {
  const days = Temporal.PlainDate.from(from).until(to).days + 1;
  const amount = [count(days, "day"), count(24 * days, "arrival hour")].join(", ");
  return `${from} to ${to}: ${amount}, in ${count(ranges.length, "execution")}`;
}

/** Whether it may begin. @throws a `UserError` where somebody would have to be asked and nobody is there. */
export async function mayBegin(extent: string, ranges: readonly HourRange[], yes: boolean, ask: Ask): Promise<boolean> {
  if (yes || ranges.length <= 1) return true;
  if (!ask) throw userError(`${extent}.\nNothing was started: say --yes if all of it is wanted.`);
  return /^y(es)?$/i.test((await ask(`${extent}. Begin? [y/N] `)).trim());
}

/** Asks at the terminal, if there is one. */
export const terminal: Ask = process.stdin.isTTY
  ? async (question) => {
      const lines = createInterface({ input: process.stdin, output: process.stdout });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    }
  : undefined;
