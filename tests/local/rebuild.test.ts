/** A local cloud that lost everything but its archives and the reference data is made whole by one command, a part by the next start. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { archiveKey, prefixes, rawDayPrefix } from "../../functions/lake/keys";
import { createGraph } from "../../local/program/graph";
import { compilePendingDays } from "../../local/session/compile-pending";
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

const directory = directories.make();

test("daily/, staged/, manifests, mirror and warehouse, byte for byte", async () => {
  const resources = await registerDemo();
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

  const { cloud, problems, warnings } = await openCloud(resources, directory, start);
  expect(warnings).toEqual([
    expect.stringMatching(/^Gone from the folder of the lake: \d+ files, .* run: npm run rebuild -- --state /),
  ]);
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

test("files that somebody removed are told with their path, and made anew by the start; what nothing else holds is told as lost", async () => {
  const resources = await registerDemo();
  const lake = join(directory, "s3/lake-bucket");
  const before = lasting(hashFiles(join(directory, "s3")));
  const keys = Object.keys(before).map((path) => path.replace("lake-bucket/", ""));
  const derived = [prefixes.daily, prefixes.staged, prefixes.quarantine, prefixes.manifests];
  // Every second one, so that what remains says that the others need not be made.
  const removed = derived
    .flatMap((prefix) => keys.filter((key) => key.startsWith(prefix) && /date=2025-06-0[23](?!.*2025-06-01)/.test(key)))
    .filter((_, at) => at % 2 === 0);
  const lost = keys.filter((key) =>
    [rawDayPrefix("2025-06-01"), archiveKey("2025-06-01")].some((each) => key.startsWith(each)),
  );
  expect([removed.length, lost.length]).toEqual([22, 7]);
  for (const key of [...removed, ...lost]) rmSync(join(lake, key));

  const { cloud, warnings } = await openCloud(resources, directory, now);
  try {
    expect(warnings).toEqual([
      `Gone from the folder of the lake: ${removed.length} files, the first is ${join(lake, removed.sort()[0] ?? "")}. What was there is made anew.`,
      `Gone from the folder of the lake: 7 files, the first is ${join(lake, lost[0] ?? "")}. Nothing else holds what was there: put it back before the next start, or go on without.`,
    ]);
    const told: string[] = [];
    await compilePendingDays(directory, createGraph(resources), cloud, (line) => told.push(line), now);
    expect(told).toEqual([expect.stringMatching(/are compiled again\.$/)]);
  } finally {
    await cloud.close();
  }
  const rest = Object.entries(before).filter(([path]) => !lost.some((key) => path.endsWith(key)));
  expect(lasting(hashFiles(join(directory, "s3")))).toEqual(Object.fromEntries(rest));
});
