/** What is shown, as the address says it: screen, site, range, comparison. */
import { type ScreenName, screenNames } from "../questions/screen-names";
import { type Comparison, comparisons, presets, type Range, readRange } from "./ranges";

export interface Shown {
  readonly screen: ScreenName;
  readonly site: string;
  readonly range: Range;
  readonly comparison: Comparison;
}

export interface KnownSite {
  readonly id: string;
  readonly zone: string;
  readonly currency: string;
  /** Its local day now. */
  readonly today: string;
}

/** What an address means; what it does not say is the first site, today, without comparison. */
export function readAddress(
  { pathname, search }: { pathname: string; search: string },
  sites: readonly KnownSite[],
): Shown {
  const parameters = new URLSearchParams(search);
  const site = sites.find(({ id }) => id === parameters.get("site")) ?? sites[0];
  if (site === undefined) throw new Error("There is no site.");
  return {
    screen: screenNames.find((name) => pathname === `/${name}`) ?? "now",
    site: site.id,
    range: readRange(parameters, site.today) ?? presets.today(site.today),
    comparison: comparisons.find((each) => each === parameters.get("compare")) ?? "none",
  };
}

export function addressOf({ screen, site, range, comparison }: Shown): string {
  const { kind, from, to } = range;
  return `/${screen}?${new URLSearchParams({ site, range: kind, from, to, compare: comparison })}`;
}
