/** Where a measurement belongs: the one place that the batch path and the live path ask. */

import { zoneDays } from "../../components/reference/site-days";
import { parseConfig } from "../../config";
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

test("a calendar by time zone places as one by site", () => {
  const sites = ["Europe/Warsaw", "Australia/Lord_Howe"].map((timezone, at) => ({
    ...{ id: "ab".charAt(at), timezone, currency: "EUR" },
    meters: [{ id: `m${at}`, model: "EM", connection: "bridge", channels: [{ index: 0, name: "Grid", role: "grid" }] }],
  }));
  const config = parseConfig({ sites, warehouse: { calendar: { from: "2025-06-01", to: "2025-06-02" } } });
  const byZone = makeRegistry(jsonl(meters), jsonl(zoneDays(config)));
  for (const device of ["em-a", "g3-b"])
    for (let at = Date.parse("2025-05-31T12:00:00Z"); at < Date.parse("2025-06-03T12:00:00Z"); at += 900_000)
      for (const ts of [at, at - 1])
        expect(byZone.place({ device, channel: 0, ts })).toEqual(registry.place({ device, channel: 0, ts }));
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
