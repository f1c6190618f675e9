/** A local cloud that lost everything but its archives and the reference data is made whole by one command. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { prefixes } from "../../functions/lake/keys";
import { createGraph } from "../../local/program/graph";
import { rebuildIn } from "../../tools/rebuild/local";
import { hashFiles, makeDirectories, openCloud, registerDemo, replayInto } from "./clouds";

const gen1 = "shellyem-A4CF12F3B2";
const gen3 = "shellyemg3-0cb815fc9d38";
const start = Date.UTC(2025, 5, 1, 12);
const now = Date.UTC(2025, 5, 4, 12);
const directories = makeDirectories();
afterAll(directories.removeAll);

/** A day and a half of both generations, with what cannot be used. */
const messages = Array.from({ length: 18 }, (_, index) => {
  const at = start + index * 7_200_000;
  const params = { ts: at / 1000, "em1:0": { id: 0, act_power: -1000 } };
  return [
    { at, topic: `${gen3}/events/rpc`, payload: JSON.stringify({ src: gen3, method: "NotifyStatus", params }) },
    { at, topic: `shellies/${gen1}/emeter/1/power`, payload: String(600 + index) },
    { at, topic: `shellies/${gen1}/emeter/1/total`, payload: (5000 + index * 1200).toFixed(1) },
    { at, topic: `shellies/${gen1}/emeter/0/power`, payload: "nan" },
  ];
}).flat();

async function energyOf(cloud: Awaited<ReturnType<typeof openCloud>>["cloud"]) {
  const rows = await (await cloud.warehouse()).query(
    "SELECT date, device, channel, import_wh, export_wh FROM `wattlake.energy_daily` ORDER BY 1, 2, 3",
  );
  return z
    .array(z.looseObject({ date: z.string() }))
    .min(2)
    .parse(rows);
}

/** Without what the steps of a run hand on to each other, under that run's name. */
const lasting = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith(`lake-bucket/${prefixes.runs}`)));

test("daily/, staged/, manifests, mirror and warehouse, byte for byte", async () => {
  const resources = await registerDemo();
  const directory = directories.make();
  const opened = await openCloud(resources, directory, start);
  await replayInto(opened, messages);
  await opened.cloud.run({ now: new Date(now).toISOString() });
  const energy = await energyOf(opened.cloud);
  await opened.cloud.close();
  const before = lasting(hashFiles(join(directory, "s3")));
  const mirror = hashFiles(join(directory, "gcs"));
  expect(Object.keys(before).filter((path) => path.includes("/daily/")).length).toBeGreaterThan(2);

  const { archive, reference, ...lost } = prefixes;
  for (const prefix of Object.values(lost))
    rmSync(join(directory, "s3/lake-bucket", prefix), { recursive: true, force: true });
  for (const folder of ["gcs", "bigquery"]) rmSync(join(directory, folder), { recursive: true, force: true });
  expect(readdirSync(join(directory, "s3/lake-bucket")).map((name) => `${name}/`)).toEqual([archive, reference]);

  const { cloud, problems } = await openCloud(resources, directory, start);
  const told: string[] = [];
  try {
    expect(await rebuildIn(cloud, createGraph(resources), {}, (line) => told.push(line), undefined, now)).toBe(true);
    expect(await energyOf(cloud)).toEqual(energy);
  } finally {
    await cloud.close();
  }
  expect(problems).toEqual([]);
  expect(told.filter((line) => line.startsWith("!"))).toEqual([]);
  expect(lasting(hashFiles(join(directory, "s3")))).toEqual(before);
  expect(hashFiles(join(directory, "gcs"))).toEqual(mirror);
});
