/** The whole pipeline with the deployed archives and state machine: what it makes of messages, twice, and without a right. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { mirrored } from "../../functions/lake/keys";
import { readCapture, type TimedMessage } from "../../local/messages/capture";
import type { Registered } from "../../local/program/graph";
import { readDays } from "../../local/session/report";
import { firstFileOf } from "../../sql/first-files";
import { tables } from "../../sql/tables";
import { needing, sharedData } from "../needs";
import { hashFiles, makeDirectories, openCloud, readLines, registerDemo, replayInto } from "./clouds";

const capture = join(__dirname, "../../../shared/data/home-capture/2025-06-01.mqtt.jsonl.gz");
const { test: withCapture } = needing(sharedData("home-capture"));

const gen1 = "shellyem-A4CF12F3B2";
const gen3 = "shellyemg3-0cb815fc9d38";
const noon = Date.UTC(2025, 5, 3, 12);
const minuteMs = 60_000;

/** A heat pump at 600 W and a roof at -1500 W from 12:00 to 14:00, all twice; noise beside it, and a reading a day later. */
function synthetic(): TimedMessage[] {
  const messages = Array.from({ length: 13 }, (_, index) => {
    const at = noon + index * 10 * minuteMs;
    const burst = [
      { topic: `shellies/${gen1}/emeter/1/power`, payload: "600.00" },
      { topic: `shellies/${gen1}/emeter/1/total`, payload: (5000 + index * 100).toFixed(1) },
      { topic: `${gen3}/events/rpc`, payload: notify(at, { id: 0, act_power: -1500, voltage: 230.1 }) },
    ].map((message) => ({ at, ...message }));
    return [...burst, ...burst];
  }).flat();
  const noise = [
    { topic: "shellies/shellyem-UNKNOWN/emeter/0/power", payload: "1.00" },
    { topic: `shellies/${gen1}/emeter/1/power`, payload: "nan" },
    { topic: `${gen3}/events/rpc`, payload: "not JSON" },
    { topic: `shellies/${gen1}/relay/0`, payload: "off" },
  ].map((message) => ({ at: noon + 30_000, ...message }));
  const nextDay = [
    { topic: `shellies/${gen1}/emeter/1/power`, payload: "0.00" },
    { topic: `shellies/${gen1}/emeter/1/total`, payload: "6500.0" },
  ].map((message) => ({ at: noon + 1440 * minuteMs, ...message }));
  return [...messages, ...noise, ...nextDay].sort((a, b) => a.at - b.at);
}

const notify = (at: number, em1: object) =>
  JSON.stringify({ src: gen3, dst: `${gen3}/events`, method: "NotifyStatus", params: { ts: at / 1000, "em1:0": em1 } });

const hourManifest = z.object({
  messages: z.number(),
  staged: z.number(),
  merged: z.number(),
  duplicates: z.number(),
  quarantined: z.number(),
  quarantine: z.array(z.object({ device: z.string().nullable(), reason: z.string(), messages: z.number() })),
});

let resources: readonly Registered[];
const directories = makeDirectories();

beforeAll(async () => {
  resources = await registerDemo();
});
afterAll(directories.removeAll);

it("makes daily files, edges and views of messages, and accounts for every one", async () => {
  const directory = directories.make();
  const opened = await openCloud(resources, directory, noon);
  try {
    await replayInto(opened, synthetic());
    expect(opened.problems).toEqual([]);

    const readings = readLines(directory, "daily/site=home/date=2025-06-03/readings.jsonl.gz");
    expect(readings).toHaveLength(26);
    expect(readings[0]).toEqual({
      ts: "2025-06-03T12:00:00.000Z",
      device: gen1,
      channel: 1,
      power_w: 600,
      import_counter_wh: 5000,
    });
    expect(readings.at(-1)).toEqual({
      ts: "2025-06-03T14:00:00.000Z",
      device: gen3,
      channel: 0,
      power_w: -1500,
      voltage_v: 230.1,
    });

    const path = join(directory, "s3/lake-bucket/manifests/hours/date=2025-06-03/2025-06-03T12.json");
    const { messages, staged, merged, duplicates, quarantined, quarantine } = hourManifest.parse(
      JSON.parse(readFileSync(path, "utf8")),
    );
    expect(messages).toBe(6 * 6 + 3);
    expect(quarantine.map(({ device, reason }) => [device, reason])).toContainEqual([
      "shellyem-UNKNOWN",
      "unknown_meter",
    ]);
    expect(quarantined).toBe(3);
    expect(staged + merged + duplicates + quarantined).toBe(messages);

    expect(readLines(directory, "daily/site=home/date=2025-06-04/edges.jsonl.gz")).toEqual([
      {
        ts: "2025-06-03T14:00:00.000Z",
        device: gen1,
        channel: 1,
        power_w: 600,
        import_counter_wh: 6200,
        edge: "before",
      },
    ]);
    const rows = await readDays(await opened.cloud.warehouse(), "2025-06-03", "2025-06-03");
    const energy = (device: string) => rows.find((row) => row.device === device);
    expect(energy(gen1)).toMatchObject({ channel: 1, gaps: 1, covered_s: 7200, counter_import_wh: 1200 });
    expect(energy(gen1)?.integral_import_wh).toBeCloseTo(1200, 6);
    expect(energy(gen3)?.integral_export_wh).toBeCloseTo(3000, 6);
  } finally {
    await opened.cloud.close();
  }
});

it("changes no byte of the lake or the mirror when the same messages come again", async () => {
  const directory = directories.make();
  const replayOnce = async () => {
    const opened = await openCloud(resources, directory, noon);
    try {
      await replayInto(opened, synthetic());
      return { lake: hashFiles(join(directory, "s3")), mirror: hashFiles(join(directory, "gcs")) };
    } finally {
      await opened.cloud.close();
    }
  };
  const first = await replayOnce();
  expect(await replayOnce()).toEqual(first);
  const copied = Object.entries(first.lake).filter(([path]) =>
    mirrored.some((prefix) => path.startsWith(`lake-bucket/${prefix}`)),
  );
  // Beside the copies, what the program itself puts there for BigQuery.
  const own = tables.flatMap((table) => firstFileOf(table) ?? []).map(({ key }) => `mirror-bucket/${key}`);
  expect(Object.keys(first.mirror)).toEqual(expect.arrayContaining(own));
  expect(Object.fromEntries(Object.entries(first.mirror).filter(([path]) => !own.includes(path)))).toEqual(
    Object.fromEntries(copied.map(([path, hash]) => [path.replace("lake-bucket", "mirror-bucket"), hash])),
  );
  const day = (name: string) =>
    ["edges", "readings"].map((file) => `lake-bucket/daily/site=home/date=${name}/${file}.jsonl.gz`);
  expect(copied.map(([path]) => path)).toEqual(expect.arrayContaining([...day("2025-06-03"), ...day("2025-06-04")]));
});

it("fails a run whose function lost one right, and leaves the rest as it was", async () => {
  const directory = directories.make();
  const opened = await openCloud(resources.map(withoutReading("aggregation-collect-hour-policy")), directory, noon);
  try {
    await expect(replayInto(opened, synthetic())).rejects.toThrow("failed. RunIncomplete");
    expect(
      Object.keys(hashFiles(join(directory, "s3/lake-bucket"))).filter((path) => path.startsWith("daily/")),
    ).toEqual([]);
  } finally {
    await opened.cloud.close();
  }
});

/** The role policy of that name without `s3:GetObject`. */
const withoutReading =
  (name: string) =>
  (resource: Registered): Registered => {
    if (resource.name !== name) return resource;
    const schema = z.looseObject({
      policy: z.looseObject({ Statement: z.array(z.looseObject({ Action: z.array(z.string()) })) }),
    });
    const inputs = schema.parse(resource.inputs);
    const kept = inputs.policy.Statement.filter(({ Action }) => !Action.includes("s3:GetObject"));
    expect(kept).toHaveLength(inputs.policy.Statement.length - 1);
    return { ...resource, inputs: { ...inputs, policy: { ...inputs.policy, Statement: kept } } };
  };

withCapture("reads the first hours of the real capture as its counters do", async () => {
  const directory = directories.make();
  const recorded = (await readCapture(capture)).filter(({ at }) => at < Date.UTC(2025, 5, 1, 6));
  const opened = await openCloud(resources, directory, recorded[0]?.at ?? 0);
  try {
    await replayInto(opened, recorded);
    expect(opened.problems).toEqual([]);
    const readings = readLines(directory, "daily/site=london/date=2025-06-01/readings.jsonl.gz");
    // Every instant of the capture, once a channel.
    expect(readings).toHaveLength(new Set(recorded.map(({ at, topic }) => `${at} ${topic.split("/")[3]}`)).size);
    expect(readings[0]).toEqual({
      ts: "2025-05-31T23:00:24.000Z",
      device: "shellyem-5B1F0A",
      channel: 0,
      power_w: 10,
      voltage_v: 247.7,
      import_counter_wh: 11600,
      export_counter_wh: 145600,
    });
    const counted = (topic: string) =>
      recorded.filter((message) => message.topic.endsWith(topic)).map(({ payload }) => Number(payload));
    const house = counted("emeter/1/total");
    const rows = await readDays(await opened.cloud.warehouse(), "2025-06-01", "2025-06-01");
    const channel = rows.find((row) => row.channel === 1);
    expect(channel?.counter_import_wh).toBe((house.at(-1) ?? 0) - (house[0] ?? 0));
    // The counter has a resolution of 100 Wh.
    expect(Math.abs((channel?.integral_import_wh ?? 0) - (channel?.counter_import_wh ?? 0))).toBeLessThan(150);
  } finally {
    await opened.cloud.close();
  }
});
