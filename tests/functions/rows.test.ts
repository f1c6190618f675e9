/** Merging readings: associative, commutative, and exact in its account. */
import fc from "fast-check";
import { type Measurement, messageKinds, readingFields } from "../../functions/readings/reading";
import { makeRows, type RowBlock } from "../../functions/readings/rows";

const rows = makeRows();
const power = readingFields.indexOf("power_w");

/** A Gen1 message (one field) or a Gen2+ component (several). Few values and arrivals, so that they collide. */
const message: fc.Arbitrary<Measurement> = fc
  .record({
    received: fc.integer({ min: 1000, max: 1004 }),
    fields: fc.uniqueArray(fc.integer({ min: 0, max: readingFields.length - 1 }), { minLength: 1 }),
    values: fc.array(fc.integer({ min: -2, max: 2 }), {
      minLength: readingFields.length,
      maxLength: readingFields.length,
    }),
    gen1: fc.boolean(),
    powerUnknown: fc.boolean(),
  })
  .map(({ received, fields, values, gen1, powerUnknown }): Measurement => {
    if (powerUnknown && !gen1) fields = fields.filter((field) => field !== power);
    const told = gen1 ? fields.slice(0, 1) : fields;
    const kind = gen1 ? 1 << (told[0] ?? 0) : messageKinds.status;
    return {
      device: "d",
      channel: 0,
      ts: 5,
      received,
      kind,
      fields: told,
      values: told.map((field) => values[field] ?? 0),
      ...(powerUnknown && !gen1 && { power_unknown: true as const }),
    };
  });
const messages = fc.array(message, { minLength: 1, maxLength: 8 });

function rowOf(measurement: Measurement): RowBlock {
  const row = new Float64Array(rows.width);
  rows.write(row, 0, "", measurement);
  return row;
}

function merge(parts: RowBlock[]): RowBlock {
  const [first, ...others] = parts.map((row) => row.slice());
  if (!first) throw new Error("nothing to merge");
  for (const other of others) rows.absorb(first, 0, other, 0);
  return first;
}

function throughStagedLine(row: RowBlock): RowBlock {
  const read = new Float64Array(rows.width);
  rows.fromStagedLine(rows.toStagedLine(row, 0), read, 0);
  return read;
}

const staged = (parts: RowBlock[]) => rows.toStagedLine(merge(parts), 0);

test("the order of merging does not show", () => {
  fc.assert(
    fc.property(messages, fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), (told, ranks) => {
      const shuffled = told.map((m, i) => ({ m, rank: ranks[i] ?? 0 })).sort((a, b) => a.rank - b.rank);
      expect(staged(shuffled.map(({ m }) => rowOf(m)))).toBe(staged(told.map(rowOf)));
    }),
  );
});

test("the split into files does not show, with staged lines in between", () => {
  fc.assert(
    fc.property(fc.array(message, { minLength: 2, maxLength: 8 }), fc.nat(), (told, at) => {
      const cut = 1 + (at % (told.length - 1));
      const parts = [told.slice(0, cut), told.slice(cut)].map((part) => throughStagedLine(merge(part.map(rowOf))));
      expect(staged(parts)).toBe(staged(told.map(rowOf)));
    }),
  );
});

test("each field is that of its latest message, the smaller one of a tie", () => {
  fc.assert(
    fc.property(messages, (told) => {
      const merged = merge(told.map(rowOf));
      readingFields.forEach((name, field) => {
        const tellers = told.flatMap(({ received, fields, values, power_unknown }) => {
          // Less than any value is power that the meter says it does not know.
          const value = field === power && power_unknown ? Number.NEGATIVE_INFINITY : values[fields.indexOf(field)];
          return value === undefined ? [] : [{ received, value }];
        });
        const latest = Math.max(...tellers.map(({ received }) => received));
        const best = tellers.filter(({ received }) => received === latest).map(({ value }) => value);
        expect(rows.value(merged, 0, name)).toBe(best.length ? Math.min(...best) : Number.NaN);
      });
      const disagree = readingFields.some(
        (_, field) =>
          new Set(
            told.flatMap(({ fields, values, power_unknown }) => [
              ...(fields.includes(field) ? [values[fields.indexOf(field)]] : []),
              ...(field === power && power_unknown ? ["unknown"] : []),
            ]),
          ).size > 1,
      );
      expect(rows.account(merged, 0).conflict).toBe(disagree);
    }),
  );
});

test("messages = 1 reading + merged + duplicates", () => {
  fc.assert(
    fc.property(messages, (told) => {
      const { messages: counted, merged, duplicates } = rows.account(merge(told.map(rowOf)), 0);
      expect(counted).toBe(told.length);
      expect(1 + merged + duplicates).toBe(told.length);
      expect(merged + 1).toBe(new Set(told.map(({ kind }) => kind)).size);
    }),
  );
});

test("an earlier daily file is the oldest arrival: what it alone knows stays, the rest is superseded", () => {
  const daily = new Float64Array(rows.width);
  rows.fromDailyLine(
    '{"ts":"2025-06-01T00:00:00.190Z","device":"d","channel":0,"power_w":1,"voltage_v":230}',
    daily,
    0,
  );
  const now = rowOf({
    device: "d",
    channel: 0,
    ts: Date.parse("2025-06-01T00:00:00.190Z"),
    received: 7,
    kind: messageKinds.status,
    fields: [0],
    values: [2],
  });
  expect(rows.toDailyLine(merge([daily, now]), 0)).toBe(
    '{"ts":"2025-06-01T00:00:00.190Z","device":"d","channel":0,"power_w":2,"voltage_v":230}',
  );
});

test("power that is told to be unknown takes the place of a value, until a later arrival tells one", () => {
  const told = (received: number, rest: Pick<Measurement, "fields" | "values" | "power_unknown">): RowBlock =>
    rowOf({ device: "d", channel: 0, ts: 0, received, kind: messageKinds.status, ...rest });
  const value = (received: number) => told(received, { fields: [power], values: [5] });
  const unknown = (received: number) => told(received, { fields: [], values: [], power_unknown: true });
  const line = (rest: string) => `{"ts":"1970-01-01T00:00:00.000Z","device":"d","channel":0,${rest}}`;
  const daily = (...parts: RowBlock[]) => rows.toDailyLine(merge(parts.map(throughStagedLine)), 0);
  expect(daily(value(1), unknown(2))).toBe(line('"power_unknown":true'));
  expect(daily(unknown(1), value(2))).toBe(line('"power_w":5'));
  expect(daily(value(1), unknown(1))).toBe(line('"power_unknown":true'));
  const carried = new Float64Array(rows.width);
  rows.fromDailyLine(line('"power_unknown":true'), carried, 0);
  expect(daily(carried)).toBe(line('"power_unknown":true'));
});

test("names are written as JSON, and what is unknown is left out", () => {
  const row = rowOf({ device: 'a"b', channel: 1, ts: 0, received: 7, kind: 1, fields: [0], values: [-12.5] });
  expect(rows.toDailyLine(row, 0)).toBe(
    '{"ts":"1970-01-01T00:00:00.000Z","device":"a\\"b","channel":1,"power_w":-12.5}',
  );
});

test("a reading is what its daily line reads back as, in the same order", () => {
  fc.assert(
    fc.property(messages, (told) => {
      const merged = merge(told.map(rowOf));
      expect(JSON.stringify(rows.toReading(merged, 0))).toBe(rows.toDailyLine(merged, 0));
    }),
  );
});
