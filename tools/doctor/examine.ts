/** Makes the checks one after the other; one whose needs nobody found is not made. */
import { type Check, hasAll, type Known, type Outcome, type Patient } from "./check";
import { reasonOf } from "./reasons";

export interface Examined {
  readonly title: string;
  readonly outcome: Outcome;
}

const needed: Readonly<Record<keyof Known, string>> = {
  config: "a stack configuration without mistakes",
  resources: "a program that runs to its end",
  caller: "an AWS account",
  project: "a Google Cloud project",
};

/** @param onDone called after each check. */
export async function examine(
  checks: readonly Check<keyof Known>[],
  patient: Patient,
  onDone: (examined: Examined) => void = () => {},
): Promise<readonly Examined[]> {
  const all: Examined[] = [];
  let known: Known = {};
  for (const check of checks) {
    const { outcome, found } = await make(check, patient, known);
    known = { ...known, ...found };
    const examined = { title: check.title, outcome };
    all.push(examined);
    onDone(examined);
  }
  return all;
}

async function make(check: Check<keyof Known>, patient: Patient, known: Known) {
  if (!hasAll(known, check.needs)) {
    const absent = check.needs.filter((need) => known[need] === undefined);
    const why = `not looked at: this needs ${absent.map((need) => needed[need]).join(" and ")}`;
    return { outcome: { kind: "unseen", why } satisfies Outcome, found: {} };
  }
  try {
    const { known: found, ...outcome } = await check.look(patient, known);
    return { outcome, found };
  } catch (error) {
    return { outcome: { kind: "unseen", why: reasonOf(error) } satisfies Outcome, found: {} };
  }
}

/** 0 nothing to mend, 1 something to mend, 2 not everything could be looked at. */
export function exitCodeOf(all: readonly Examined[]): 0 | 1 | 2 {
  const kinds = new Set(all.map(({ outcome }) => outcome.kind));
  if (kinds.has("mend")) return 1;
  return kinds.has("unseen") ? 2 : 0;
}
