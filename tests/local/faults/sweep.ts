/** Which faults may strike where, and what is wrong with the outcome of days that met one. */
import { inspect } from "node:util";
import { callFaults, eventFaults, type Fault, invocationFaults, type Position, type Strike } from "./faults";
import type { createPipeline, Outcome } from "./pipeline";

/** A fault at a position, and how often a function's S3 client tries a call. */
export interface Trial extends Strike {
  readonly attempts: number;
}

const keysOf = <T extends string>(faults: Readonly<Record<T, unknown>>) => Object.keys(faults) as T[];
/** A read that is carried out and not answered is one that is not carried out. */
const ofReads: readonly Fault[] = keysOf(callFaults).filter(
  (fault) => fault !== "lost_answer" && fault !== "timed_out",
);
/** What only the process of a function can meet. */
const ofFunctions: readonly Fault[] = ["killed", "timed_out"];

function faultsAt({ what }: Position): readonly Fault[] {
  const [who, method] = what.split(" ");
  if (who === "invoke") return keysOf(invocationFaults);
  if (who === "event") return keysOf(eventFaults);
  const faults = method === "GET" ? ofReads : keysOf(callFaults);
  return who === "service" ? faults.filter((fault) => !ofFunctions.includes(fault)) : faults;
}

/** Every fault at every position; what a client's own second attempt mends is tried with it and without. */
export function trialsOf({ positions }: Outcome): readonly Trial[] {
  return positions.flatMap((at) =>
    faultsAt(at).flatMap((fault) => {
      const once: Trial = { at, fault, attempts: 1 };
      return fault === "error" && !at.what.startsWith("service") ? [once, { ...once, attempts: 3 }] : [once];
    }),
  );
}

const nameOf = ({ fault, at: { what, occurrence }, attempts }: Trial) =>
  `${fault}${attempts > 1 ? " before a second attempt" : ""} at ${what}${occurrence > 0 ? ` (${occurrence + 1})` : ""}`;

const isOutcome = (value: unknown): value is Outcome => typeof value === "object" && value !== null && "files" in value;

/** What is wrong after a fault: nothing, or a sentence. */
export async function wrongAfter(
  trial: Trial,
  undisturbed: Outcome,
  days: Pick<Awaited<ReturnType<typeof createPipeline>>, "run">,
): Promise<string | undefined> {
  const outcome = await days.run(trial, trial.attempts).catch((error: unknown) => error);
  if (!isOutcome(outcome)) return `${nameOf(trial)}: the days ended with ${inspect(outcome)}`;
  if (!outcome.struck) return `${nameOf(trial)}: the fault has struck nothing`;
  const paths = [...new Set([...Object.keys(undisturbed.files), ...Object.keys(outcome.files)])].sort();
  const different = paths.filter((path) => undisturbed.files[path] !== outcome.files[path]);
  return different.length === 0
    ? undefined
    : `${nameOf(trial)}: ${different.length} files differ: ${different.join(", ")}`;
}
