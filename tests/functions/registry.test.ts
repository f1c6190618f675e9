/** Where a measurement belongs: the one place that the batch path and the live path ask. */
import { makeRegistry } from "../../functions/lake/registry";
import { referenceOf } from "./lake";

const { meters, days } = referenceOf(
  { a: "Europe/Warsaw", b: "Australia/Lord_Howe" },
  { from: "2025-06-01", to: "2025-06-02" },
);
const jsonl = (lines: readonly unknown[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");
const registry = makeRegistry(jsonl(meters), jsonl(days));
const place = (device: string, channel: number, at: string) => registry.place({ device, channel, ts: Date.parse(at) });

test.each([
  ["em-a", "2025-06-01T21:59:59.999Z", { site: "a", date: "2025-06-01", siteDay: "a/2025-06-01" }],
  ["em-a", "2025-06-01T22:00:00.000Z", { site: "a", date: "2025-06-02", siteDay: "a/2025-06-02" }],
  ["em-a", "2025-05-31T22:00:00.000Z", { site: "a", date: "2025-06-01", siteDay: "a/2025-06-01" }],
  ["g3-b", "2025-06-01T13:29:59.999Z", { site: "b", date: "2025-06-01", siteDay: "b/2025-06-01" }],
  ["g3-b", "2025-06-01T13:30:00.000Z", { site: "b", date: "2025-06-02", siteDay: "b/2025-06-02" }],
])("%s at %s is placed on its site's local day", (device, at, expected) => {
  expect(place(device, 1, at)).toEqual({ outcome: "placed", ...expected });
});

test("sites of one time zone share its days", () => {
  const both = referenceOf({ a: "Europe/Warsaw", b: "Europe/Warsaw" }, { from: "2025-06-01", to: "2025-06-02" });
  expect(both.days.length).toBe(2);
  const places = makeRegistry(jsonl(both.meters), jsonl(both.days));
  const ts = Date.parse("2025-06-01T22:00:00.000Z");
  expect(places.place({ device: "em-a", channel: 0, ts })).toMatchObject({ siteDay: "a/2025-06-02" });
  expect(places.place({ device: "g3-b", channel: 0, ts })).toMatchObject({ siteDay: "b/2025-06-02" });
});

test("what has no place says why", () => {
  const within = "2025-06-01T12:00:00Z";
  expect(place("stranger", 0, within)).toEqual({ outcome: "quarantined", reason: "unknown_meter" });
  expect(place("em-a", 2, within)).toEqual({ outcome: "ignored", reason: "channel_not_configured" });
  for (const at of ["2025-05-31T21:59:59.999Z", "2025-06-02T22:00:00.000Z"])
    expect(place("em-a", 0, at)).toEqual({ outcome: "quarantined", reason: "outside_calendar" });
});

test("a site without a calendar places nothing", () => {
  const empty = makeRegistry(jsonl(meters), "");
  expect(empty.place({ device: "em-a", channel: 0, ts: 0 })).toMatchObject({ reason: "outside_calendar" });
});
