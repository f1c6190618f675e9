/** What bands, their conditions and steps must keep beyond the kinds of their values; what they name must exist. */
import { didYouMean, show } from "../wording";
import { type Band, type Condition, unknownBand } from "./band-schema";
import type { Version } from "./component-schema";
import { exactlyOne, type Fault, fault } from "./fault";
import type { Plan } from "./plan-schema";

type Path = readonly PropertyKey[];

export function bandFaults(plan: Plan, version: Version, path: Path): Fault[] {
  const bands = version.bands ?? [];
  return bands.flatMap((band, at) => {
    const here = [...path, "bands", at];
    return [
      ...exactlyOne(band, ["price", "blocks", "series"], here),
      ...exactlyOne(band, ["when", "otherwise"], here),
      ...nameFaults(bands, band, at, [...here, "name"]),
      ...stepFaults(band.blocks?.steps, [...here, "blocks", "steps"]),
      ...conditionFaults(plan, version, band.when, [...here, "when"]),
    ];
  });
}

function nameFaults(bands: readonly Band[], { name, otherwise }: Band, at: number, path: Path): Fault[] {
  const before = bands.slice(0, at);
  if (name === unknownBand)
    return [fault(path, `must not be ${show(unknownBand)}: so is called what is not yet known`)];
  if (before.some((band) => band.name === name)) return [fault(path, `is ${show(name)}, but so is another band`)];
  const isSecond = otherwise && before.some((band) => band.otherwise);
  return isSecond ? [fault(path, `is ${show(name)}, but only one band can hold otherwise`)] : [];
}

export function conditionFaults(plan: Plan, version: Version, when: readonly Condition[] = [], path: Path): Fault[] {
  return when.flatMap((condition, at) => [
    ...(Object.keys(condition).length === 0 ? [fault([...path, at], "says nothing: use otherwise")] : []),
    ...known(condition.seasons, Object.keys(plan.seasons), "seasons", [...path, at, "seasons"]),
    ...known(condition.dayTypes, Object.keys(plan.dayTypes), "dayTypes", [...path, at, "dayTypes"]),
    ...(condition.states && !version.schedule ? [fault([...path, at, "states"], "needs the version's schedule")] : []),
  ]);
}

function known(words: readonly string[] = [], names: readonly string[], what: string, path: Path): Fault[] {
  return words.flatMap((word, at) =>
    names.includes(word)
      ? []
      : [
          fault(
            [...path, at],
            `is ${show(word)}, but must be one of the plan's ${what}: ${names.join(", ") || "none"}${didYouMean(word, names)}`,
          ),
        ],
  );
}

interface Step {
  readonly upTo?: number | undefined;
  readonly upToPerDay?: number | undefined;
}

/** Limits rise; the last step, and no other, has none. */
export function stepFaults(steps: readonly Step[] = [], path: Path): Fault[] {
  return steps.flatMap((step, at) => {
    const isLast = at === steps.length - 1;
    const limit = step.upTo ?? step.upToPerDay;
    if (isLast) return limit === undefined ? [] : [fault([...path, at], "is the last step, which must have no upTo")];
    if (limit === undefined) return [fault([...path, at], "must have upTo: only the last step has none")];
    if (step.upTo !== undefined && step.upToPerDay !== undefined)
      return [fault([...path, at], "has upTo and upToPerDay; it must have one")];
    const before = steps[at - 1];
    if (before === undefined) return [];
    const isOfOneKind = (before.upTo === undefined) === (step.upTo === undefined);
    if (!isOfOneKind)
      return [fault([...path, at], "must be by the same limit as the step before it, upTo or upToPerDay")];
    return limit > (before.upTo ?? before.upToPerDay ?? 0)
      ? []
      : [fault([...path, at], "must end above the step before it")];
  });
}
