/** Edges against their definition: the nearest rows of all days, and no day left out when one of them changes. */
import fc from "fast-check";
import type { DayManifest } from "../../functions/lake/manifest";
import { indexedDay, makeChannelDays, toldOf } from "../../functions/readings/channel-days";
import { makeEdges, shiftDate } from "../../functions/readings/edges";
import { lineFields } from "../../functions/readings/reading";

const channel = { device: "d", channel: 0 };
const length = 14;
const dates = Array.from({ length }, (_, i) => shiftDate("2025-06-01", i));

/** What one reading tells: power, import counter, export counter. */
type Told = readonly [power: boolean, imported: boolean, exported: boolean];
/** The readings of each day, in order; none is a day without any. */
type History = readonly (readonly Told[])[];

const told: fc.Arbitrary<Told> = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean());
const day = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(told, { maxLength: 3 }) },
);
const history: fc.Arbitrary<History> = fc.array(day, { minLength: length, maxLength: length });

/** A reading as the daily file has it; its values are the same for the same place, so that they tell rows apart. */
const rowOf = (date: string, place: number, [power, imported, exported]: Told, salt: number) => ({
  ts: `${date}T0${place}:00:00.000Z`,
  ...channel,
  ...(power && { power_w: salt + dates.indexOf(date) * 10 + place }),
  ...(imported && { import_counter_wh: salt + dates.indexOf(date) * 100 + place }),
  ...(exported && { export_counter_wh: salt + dates.indexOf(date) * 1000 + place }),
});
type Row = ReturnType<typeof rowOf>;
const rowsOf = (all: History, date: string, salt: number): Row[] =>
  (all[dates.indexOf(date)] ?? []).map((each, place) => rowOf(date, place, each, salt));

function manifestOf(rows: readonly Row[]): DayManifest | undefined {
  let counters = {};
  const known = rows.map((row) => {
    const { import_counter_wh: imported, export_counter_wh: exported } = row;
    if (imported !== undefined) counters = { ...counters, import_counter_wh: imported };
    if (exported !== undefined) counters = { ...counters, export_counter_wh: exported };
    return { ...row, ...counters };
  });
  const powered = known.filter(({ power_w }) => power_w !== undefined);
  const [first] = known;
  const last = known.at(-1);
  if (!first || !last) return undefined;
  const counts = { readings: rows.length, duplicates: 0, conflicts: 0 };
  return {
    ...{ ...counts, messages: rows.length, carried: 0, merged: 0, carries: false, inputs: [] },
    output: { key: "", sha256: "", bytes: 0 },
    channels: [
      { ...channel, ...counts, first, last, first_power: powered[0] ?? null, last_power: powered.at(-1) ?? null },
    ],
  };
}

/** Every third day the meter has a reading of another channel. */
const meterSpeaks = (date: string) => dates.indexOf(date) % 3 === 0;

function edgesWith(all: History, saltOf: (date: string) => number) {
  const manifests = new Map(dates.map((date) => [date, manifestOf(rowsOf(all, date, saltOf(date)))]));
  const days = dates.flatMap((date) => {
    const manifest = manifests.get(date);
    const { channels } = manifest ? indexedDay(date, manifest) : { channels: [] };
    const others = meterSpeaks(date) ? [{ device: "d", channel: 1, tells: [] }] : [];
    return channels.length + others.length > 0 ? [{ date, channels: [...channels, ...others] }] : [];
  });
  return makeEdges(makeChannelDays(days), async (date) => manifests.get(date));
}

/** The rows of a side by their definition, from all readings at once. */
function expected(all: History, date: string): object[] {
  const series = dates.flatMap((each) => rowsOf(all, each, 0));
  const known: Record<string, number>[] = [];
  for (const row of series) {
    const { import_counter_wh: imported, export_counter_wh: exported } = row;
    known.push({
      ...known.at(-1),
      ...(imported !== undefined && { import_counter_wh: imported }),
      ...(exported !== undefined && { export_counter_wh: exported }),
    });
  }
  const rows = series.map((row, i) => ({ ...row, ...known[i] }));
  const before = rows.filter(({ ts }) => ts.slice(0, 10) < date);
  const after = rows.filter(({ ts }) => ts.slice(0, 10) > date);
  const isOpen = before.length === 0 || (after.length === 0 && !meterSpeaks(date));
  if (rowsOf(all, date, 0).length === 0 && isOpen) return [];
  const powered = (row: object) => "power_w" in row;
  const chosen = [
    ...[...new Set([before.findLast(powered), before.at(-1)])].map((row) => row && { ...row, edge: "before" }),
    ...[...new Set([after[0], after.find(powered)])].map((row) => row && { ...row, edge: "after" }),
  ];
  return chosen.flatMap((row) => (row ? [row] : []));
}

test("are the nearest reading and the nearest that tells of power, with the counters known by then", async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.constantFrom(...dates), async (all, date) => {
      const { edgesOf } = edgesWith(all, () => 0);
      const lines = (await edgesOf(channel, date, lineFields)).map((line) => JSON.parse(line));
      expect(lines).toEqual(expected(all, date));
    }),
    { numRuns: 500 },
  );
});

test("of days beyond the reach of a day do not change with it", async () => {
  await fc.assert(
    fc.asyncProperty(history, day, fc.constantFrom(...dates), async (all, replaced, date) => {
      const changed = all.map((each, i) => (i === dates.indexOf(date) ? replaced : each));
      const [before, after] = [edgesWith(all, () => 0), edgesWith(changed, (each) => (each === date ? 5 : 0))];
      const tells = toldOf.filter((_, i) => [...(all[dates.indexOf(date)] ?? []), ...replaced].some((each) => each[i]));
      const { from, to } = after.reachOf(channel, date, tells);
      for (const other of dates) {
        if (other >= from && other <= to) continue;
        const [was, is] = [before, after].map(({ edgesOf }) => edgesOf(channel, other, lineFields));
        expect(await is).toEqual(await was);
      }
    }),
    { numRuns: 1000 },
  );
});
