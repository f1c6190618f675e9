/** What a kilowatt-hour costs from when to when: the rows of `tariff_windows`, day by day. */
import { bandsIn, bandsOfDay, type Component, type LocalDay, type Version } from "../../../configuration/tariffs";
import type { TariffWindowRow } from "./rows";
import { dateOf, type Span } from "./spans";
import type { Supply } from "./supply";

/** The days' windows by their bands; none where the version's price does not depend on the use. */
export function windowsOf(
  { site, tariff }: Supply,
  component: Component,
  version: Version,
  days: Span,
  localDayOf: (date: string) => LocalDay,
): TariffWindowRow[] {
  const bands = bandsIn(version);
  if (bands.length === 0) return [];
  const blocked = new Set(bands.flatMap(({ name, blocks }) => (blocks === undefined ? [] : [name])));
  const { id, name, kind, direction } = component;
  const rows: TariffWindowRow[] = [];
  for (let day = days.start; day < days.end; day++) {
    const date = dateOf(day);
    for (const { startMs, endMs, band, price } of bandsOfDay(tariff, version, localDayOf(date))) {
      rows.push({
        ...{ site, plan: tariff.id, component: id, component_name: name, kind, direction, version: version.from },
        ...{ band, date, window_start: instant(startMs), window_end: instant(endMs), price: price ?? null },
        ...{ has_blocks: blocked.has(band), vat: version.vat, is_example: version.example },
      });
    }
  }
  return rows;
}

const instant = (ms: number) => new Date(ms).toISOString();
