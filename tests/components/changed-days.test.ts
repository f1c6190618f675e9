/** What a preview tells of a change of the configuration that puts days of the lake elsewhere. */
import * as pulumi from "@pulumi/pulumi";
import { tellChangedDays } from "../../components/aws/forgotten-channels";
import { changedDays } from "../../components/reference/changed-days";
import { channelsOf, forgottenChannels } from "../../components/reference/forgotten-channels";
import { registry } from "../../components/reference/registry";
import { zoneDays } from "../../components/reference/zone-days";
import { parseConfig } from "../../config";
import { dayManifestKey, dayManifestsPrefix, referenceKeys } from "../../functions/lake/keys";

const channels = [0, 1].map((index) => ({ index, name: `Channel ${index}`, role: "load" }));
const meter = { id: "shellyem-A", model: "EM", channels };
const other = { id: "shellyem-B", model: "EM", channels };
const home = { id: "home", timezone: "Europe/Warsaw", currency: "EUR", meters: [meter] };
const farm = { id: "farm", timezone: "UTC", currency: "EUR", meters: [other] };
const calendar = { from: "2025-05-01", to: "2025-07-01" };

function textsOf(sites: readonly object[], range = calendar) {
  const config = parseConfig({ sites, warehouse: { calendar: range } });
  const lines = (some: readonly object[]) => some.map((each) => `${JSON.stringify(each)}\n`).join("");
  return { meters: lines(registry(config)), zoneDays: lines(zoneDays(config)) };
}

/** A lake that the sites were deployed with, and that holds readings of both meters on some days. */
function lakeOf(sites: readonly object[]) {
  const manifest = (device: string) => JSON.stringify({ channels: [0, 1].map((channel) => ({ device, channel })) });
  const { meters, zoneDays: days } = textsOf(sites);
  const objects = new Map([
    [referenceKeys.meters, meters],
    [referenceKeys.zoneDays, days],
    ...["2025-06-01", "2025-06-02", "2025-06-04"].map(
      (date) => [dayManifestKey("home", date), manifest("shellyem-A")] as const,
    ),
    [dayManifestKey("farm", "2025-06-02"), manifest("shellyem-B")],
  ]);
  const asked: string[] = [];
  return {
    asked,
    text: async (key: string) => {
      asked.push(key);
      return objects.get(key);
    },
    keys: async (prefix: string) => {
      asked.push(prefix);
      return [...objects.keys()].filter((key) => key.startsWith(prefix));
    },
    close: () => undefined,
  };
}

test("what changes no day is not told, and costs two objects", async () => {
  const lake = lakeOf([home, farm]);
  const renamed = {
    ...meter,
    maxGap: "60 s",
    integration: "trapezoid",
    until: "2025-06-05",
    channels: [{ ...channels[0], name: "Sun", role: "solar" }, channels[1]],
  };
  const next = textsOf([{ ...home, currency: "PLN", netting: "per_channel", meters: [renamed] }, farm]);
  expect(await changedDays(lake, next)).toEqual({ sentences: [], again: undefined });
  expect(lake.asked).toEqual([referenceKeys.meters, referenceKeys.zoneDays]);
});

test("another time zone: the site's days, and the arrival days to compile again", async () => {
  const next = textsOf([{ ...home, timezone: "America/New_York" }, farm]);
  expect(await changedDays(lakeOf([home, farm]), next)).toEqual({
    sentences: [
      "The time zone of site home was Europe/Warsaw and is America/New_York: its days in the lake begin and end elsewhere, 3 days: 2025-06-01 to 2025-06-02, 2025-06-04.",
    ],
    again: { from: "2025-05-31", to: "2025-06-05" },
  });
});

test("time zones that are exchanged, whose days are the same", async () => {
  const next = textsOf([
    { ...home, timezone: "UTC" },
    { ...farm, timezone: "Europe/Warsaw" },
  ]);
  expect((await changedDays(lakeOf([home, farm]), next)).sentences).toEqual([
    expect.stringMatching(/^The time zone of site home was Europe\/Warsaw and is UTC: .* 3 days: /),
    "The time zone of site farm was UTC and is Europe/Warsaw: its days in the lake begin and end elsewhere, 1 day: 2025-06-02.",
  ]);
});

test("another name of a zone with the same days is no change", async () => {
  const next = textsOf([{ ...home, timezone: "Europe/Berlin" }, farm]);
  expect(await changedDays(lakeOf([home, farm]), next)).toEqual({ sentences: [], again: undefined });
});

test("a meter at another site, or a site under another name", async () => {
  const moved = textsOf([home, { ...farm, id: "barn" }]);
  const sentences = [
    "shellyem-B was at site farm and is at barn: the lake holds its readings under farm, 1 day: 2025-06-02.",
  ];
  const lake = lakeOf([home, farm]);
  expect(await changedDays(lake, moved)).toEqual({ sentences, again: { from: "2025-06-01", to: "2025-06-03" } });
  // It is not forgotten: to set its end at the former site would be the wrong advice.
  expect(await forgottenChannels(lake, channelsOf(moved.meters))).toEqual([]);
});

test("a calendar that no longer has days of the lake: told, and nothing to compile", async () => {
  const next = textsOf([home, farm], { ...calendar, from: "2025-06-02" });
  expect(await changedDays(lakeOf([home, farm]), next)).toEqual({
    sentences: [
      "The lake holds days of site home that warehouse.calendar no longer has, 1 day: 2025-06-01: they are in no view until it has them again.",
    ],
    again: undefined,
  });
  expect(
    (await changedDays(lakeOf([home, farm]), textsOf([home, farm], { ...calendar, to: "2025-08-01" }))).sentences,
  ).toEqual([]);
});

test("a lake without reference data, or without days, has nothing to tell", async () => {
  const next = textsOf([{ ...home, timezone: "UTC" }]);
  const empty = { text: async () => undefined, keys: async () => [] };
  expect(await changedDays(empty, next)).toEqual({ sentences: [], again: undefined });
  const lake = lakeOf([home, farm]);
  const noDays = {
    ...lake,
    keys: async (prefix: string) => (prefix === dayManifestsPrefix("home") ? [] : lake.keys(prefix)),
  };
  expect((await changedDays(noDays, textsOf([{ ...home, timezone: "UTC" }, farm]))).sentences).toEqual([]);
});

test("a preview warns, with the command for after the deployment", async () => {
  const said: string[] = [];
  const next = textsOf([{ ...home, timezone: "UTC" }, farm]);
  const told = tellChangedDays(
    pulumi.output("lake"),
    () => lakeOf([home, farm]),
    { ...next, stack: "prod" },
    {
      warn: async (text: string) => void said.push(text),
      info: async (text: string) => void said.push(`info: ${text}`),
    },
  );
  await new Promise<void>((resolve) => void told.apply(() => resolve()));
  expect(said).toEqual([
    expect.stringMatching(/^The time zone of site home was Europe\/Warsaw and is UTC/),
    expect.stringContaining("npm run backfill -- --stack prod --from 2025-05-31 --to 2025-06-05 --archived"),
  ]);
});
