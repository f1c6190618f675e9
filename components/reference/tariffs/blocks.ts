/** Prices by the use: the rows of `tariff_blocks`, for each day, month or bill whose use counts together. */
import { type Blocks, type Component, netPrice, type Version } from "../../../configuration/tariffs";
import type { Period } from "./billing-periods";
import type { TariffBlockRow, TariffWindowRow } from "./rows";
import { common, dateOf, dayOf, daysIn, firstOfMonth, isEmpty, monthOf, type Span } from "./spans";
import type { Supply } from "./supply";

/** Of a version on its days at a site: the blocks of each of its bands, or of all together. */
export function blocksOf(
  { site, tariff, days: supplied }: Supply,
  component: Component,
  version: Version,
  days: Span,
  periods: readonly Period[],
  windows: readonly TariffWindowRow[],
): TariffBlockRow[] {
  const key = { site, plan: tariff.id, component: component.id, version: version.from };
  return blockedIn(version).flatMap(({ band, blocks }) => {
    const held = [
      ...new Set(windows.filter((row) => band === null || row.band === band).map((row) => dayOf(row.date))),
    ];
    // A share is of the version's own days; a whole limit is one limit, also where the price changes within it.
    const counted = isShare(blocks) ? days : supplied;
    return scopesOf(blocks.per, days, counted, periods).flatMap((scope) => {
      const limits = limitsOf(blocks, scope, held);
      return blocks.steps.map(({ price }, at) => ({
        ...{ ...key, band, scope_start: dateOf(scope.start), scope_end: dateOf(scope.end) },
        ...{ from_kwh: limits[at - 1] ?? 0, until_kwh: limits[at] ?? null, price: netPrice(version, price) },
      }));
    });
  });
}

function blockedIn({ blocks, bands = [] }: Version): { band: string | null; blocks: Blocks }[] {
  if (blocks !== undefined) return [{ band: null, blocks }];
  return bands.flatMap((band) => (band.blocks === undefined ? [] : [{ band: band.name, blocks: band.blocks }]));
}

const isShare = ({ prorated, steps }: Blocks): boolean =>
  prorated || steps.some(({ upToPerDay }) => upToPerDay !== undefined);

/** kWh at which each step ends: of the scope as a whole, of the share of it that it is, or by its days of the band. */
function limitsOf({ steps, prorated }: Blocks, scope: Scope, held: readonly number[]): (number | undefined)[] {
  const share = prorated ? daysIn(scope) / daysIn(scope.whole) : 1;
  return steps.map(({ upTo, upToPerDay }) => {
    if (upTo !== undefined) return upTo * share;
    if (upToPerDay === undefined) return undefined;
    return upToPerDay * held.filter((day) => day >= scope.start && day < scope.end).length;
  });
}

interface Scope extends Span {
  /** The day, month or bill of which it is a part. */
  readonly whole: Span;
}

/** What of each day, month or bill is `counted`, where the version has days in it. */
const scopesOf = (per: Blocks["per"], days: Span, counted: Span, periods: readonly Period[]): Scope[] =>
  wholesOf(per, days, periods)
    .filter((whole) => !isEmpty(common(whole, days)))
    .map((whole) => ({ ...common(whole, counted), whole }));

function wholesOf(per: Blocks["per"], { start, end }: Span, periods: readonly Period[]): Span[] {
  if (per === "bill") return periods.map(({ whole }) => whole);
  if (per === "day")
    return Array.from({ length: end - start }, (_, at) => ({ start: start + at, end: start + at + 1 }));
  const first = monthOf(start);
  return Array.from({ length: monthOf(end - 1) - first + 1 }, (_, at) => ({
    start: firstOfMonth(first + at),
    end: firstOfMonth(first + at + 1),
  }));
}
