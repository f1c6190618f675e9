/** Merging readings: associative, commutative, and exact in its account. */
import fc from "fast-check";
import { makeRecords, messageKinds, type ReadingRecord, readingFields } from "../../functions/readings/record";

const { absorb, account, fromStagedLine, toDailyLine, toStagedLine } = makeRecords();

/** One Gen1 message: one field; or a Gen2+ component: several. Few values and arrivals, so that they collide. */
const message: fc.Arbitrary<ReadingRecord> = fc
  .record({
    received: fc.integer({ min: 1000, max: 1004 }),
    values: fc.array(fc.option(fc.integer({ min: -2, max: 2 }), { nil: undefined }), {
      minLength: readingFields.length,
      maxLength: readingFields.length,
    }),
    gen1Field: fc.option(fc.integer({ min: 0, max: readingFields.length - 1 })),
  })
  .map(({ received, values, gen1Field }) => ({
    device: "d",
    channel: 0,
    ts: 5,
    received,
    values: gen1Field === null ? values : values.map((value, i) => (i === gen1Field ? (value ?? 1) : undefined)),
    arrivals: undefined,
    messages: 1,
    kinds: gen1Field === null ? messageKinds.status : 1 << gen1Field,
    conflicts: 0,
  }));

const copy = (record: ReadingRecord) => fromStagedLine(toStagedLine(record));

function mergeAll(records: ReadingRecord[]): ReadingRecord {
  const [first, ...others] = records.map(copy);
  if (!first) throw new Error("nothing to merge");
  for (const other of others) absorb(first, other);
  return first;
}

test("the order of merging does not show", () => {
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 8 }), fc.infiniteStream(fc.nat()), (messages, random) => {
      const shuffled = messages.map((m) => [random.next().value ?? 0, m] as const).sort((a, b) => a[0] - b[0]);
      expect(toStagedLine(mergeAll(shuffled.map(([, m]) => m)))).toBe(toStagedLine(mergeAll(messages)));
    }),
  );
});

test("the split into files does not show, with a staged line in between", () => {
  fc.assert(
    fc.property(fc.array(message, { minLength: 2, maxLength: 8 }), fc.nat(), (messages, at) => {
      const cut = 1 + (at % (messages.length - 1));
      const parts = [mergeAll(messages.slice(0, cut)), mergeAll(messages.slice(cut))];
      expect(toStagedLine(mergeAll(parts))).toBe(toStagedLine(mergeAll(messages)));
    }),
  );
});

test("each field is that of its latest message, the smaller one of a tie", () => {
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 8 }), (messages) => {
      const merged = mergeAll(messages);
      readingFields.forEach((_, i) => {
        const told = messages.flatMap(({ received, values }) =>
          values[i] === undefined ? [] : [{ received, value: values[i] }],
        );
        const latest = Math.max(...told.map(({ received }) => received));
        const best = told.filter(({ received }) => received === latest).map(({ value }) => value);
        expect(merged.values[i]).toBe(best.length ? Math.min(...best) : undefined);
        expect((merged.conflicts >> i) & 1).toBe(new Set(told.map(({ value }) => value)).size > 1 ? 1 : 0);
      });
    }),
  );
});

test("messages = 1 reading + merged + duplicates", () => {
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 8 }), (messages) => {
      const merged = mergeAll(messages);
      const counts = account(merged);
      expect(1 + counts.merged + counts.duplicates).toBe(messages.length);
      expect(counts.merged + 1).toBe(new Set(messages.map(({ kinds }) => kinds)).size);
    }),
  );
});

test("a daily line leaves out what is unknown", () => {
  const record = mergeAll([
    {
      device: 'a"b',
      channel: 1,
      ts: Date.parse("2025-06-01T00:00:00.190Z"),
      received: 7,
      values: readingFields.map((field) => (field === "power_w" ? -12.5 : undefined)),
      arrivals: undefined,
      messages: 1,
      kinds: messageKinds.status,
      conflicts: 0,
    },
  ]);
  expect(toDailyLine(record)).toBe('{"ts":"2025-06-01T00:00:00.190Z","device":"a\\"b","channel":1,"power_w":-12.5}');
});
