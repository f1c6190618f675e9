/** What a component's versions must keep beyond the kinds of their values: one way to price, one version at a time. */
import { didYouMean, show } from "../wording";
import { bandFaults, conditionFaults, stepFaults } from "./band-structure";
import { type Component, pricings, type Version } from "./component-schema";
import { exactlyOne, type Fault, fault } from "./fault";
import type { Plan } from "./plan-schema";

type Path = readonly PropertyKey[];

export function componentFaults(plan: Plan, component: Component, path: Path): Fault[] {
  const isExport = component.direction === "export";
  return [
    ...(component.kind === "feed_in" && !isExport
      ? [fault([...path, "direction"], 'must be "export" for feed_in')]
      : []),
    ...component.versions.flatMap((version, at) => [
      ...versionFaults(plan, component, version, [...path, "versions", at]),
      ...successionFaults(component.versions[at - 1], version, [...path, "versions", at]),
    ]),
  ];
}

/** The versions follow each other day after day. */
function successionFaults(before: Version | undefined, { from, until }: Version, path: Path): Fault[] {
  const faults: Fault[] = [];
  if (until !== undefined && until <= from)
    faults.push(fault([...path, "until"], `is ${until}, but must be after ${from}`));
  if (before === undefined || before.until === from) return faults;
  if (before.until === undefined) faults.push(fault(path, `begins on ${from}, but the version before it has no until`));
  else if (before.until > from)
    faults.push(fault(path, `overlaps with the version before it from ${from} 00:00 until ${before.until} 00:00`));
  else faults.push(fault(path, `leaves a hole from ${before.until} 00:00 until ${from} 00:00`));
  return faults;
}

function versionFaults(plan: Plan, component: Component, version: Version, path: Path): Fault[] {
  return [
    ...exactlyOne(version, pricings, path),
    ...sourceFaults(plan, version, path),
    ...((version.demand === undefined) === (component.kind === "demand")
      ? [fault(path, 'must have the key demand where the component\'s kind is "demand", and only there')]
      : []),
    ...(version.schedule && !version.bands && !version.demand
      ? [fault([...path, "schedule"], "is only of use with bands or demand")]
      : []),
    ...(version.fixed?.months && version.fixed.per !== "bill"
      ? [fault([...path, "fixed", "months"], 'is only of use with per: "bill"')]
      : []),
    ...stepFaults(version.blocks?.steps, [...path, "blocks", "steps"]),
    ...stepFaults(version.brackets?.steps, [...path, "brackets", "steps"]),
    ...bandFaults(plan, version, path),
    ...conditionFaults(plan, version, version.demand?.when, [...path, "demand", "when"]),
  ];
}

/** Each price is from a source, or says that it is from none. */
function sourceFaults({ sources }: Plan, { source, example }: Version, path: Path): Fault[] {
  const names = Object.keys(sources);
  if (source === undefined) return example ? [] : [fault(path, "must have a source, or example: true")];
  if (names.includes(source)) return [];
  const known =
    names.length === 0 ? "the plan has no sources" : `must be one of the plan's sources: ${names.join(", ")}`;
  return [fault([...path, "source"], `is ${show(source)}, but ${known}${didYouMean(source, names)}`)];
}
