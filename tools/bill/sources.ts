/** Where the prices of a bill are from, as the plan's file says. */
import { planNamed } from "../../configuration/contracts";
import { tariffNames } from "../../configuration/tariffs";
import type { BillLine } from "./read";

/** A line for each source, with its date; none where the plan's file is no longer there. */
export function sourcesOf(lines: readonly BillLine[]): string[] {
  const [first] = lines;
  if (first === undefined || !tariffNames().includes(first.plan)) return [];
  const { components, sources = {} } = planNamed(first.plan);
  const names = lines.flatMap(({ component, version }) => {
    const found = components.find(({ id }) => id === component)?.versions.find(({ from }) => from === version);
    return found?.source === undefined ? [] : [found.source];
  });
  return [...new Set(names)].flatMap((name) => {
    const source = sources[name];
    return source ? [`${source.title} (${source.date}${source.url === undefined ? "" : `, ${source.url}`})`] : [];
  });
}
