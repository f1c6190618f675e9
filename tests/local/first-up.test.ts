/** The program brought up in an empty local cloud, which refuses what BigQuery refuses: without a file, and never after. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { mirrored } from "../../functions/lake/keys";
import type { Registered } from "../../local/program/graph";
import { readCatalog, withoutBlocks } from "../../sql/catalog";
import { materializeSlots } from "../../sql/materialization";
import { hashFiles, makeDirectories, openCloud, registerDemo } from "./clouds";

const noon = Date.UTC(2025, 5, 3, 12);
/** Two days, as every slot of every price is asked for. */
const june = { "wattlake:warehouse": { materialize: true, calendar: { from: "2025-06-01", to: "2025-06-02" } } };
let resources: readonly Registered[];
const directories = makeDirectories();
beforeAll(async () => {
  resources = await registerDemo(june);
});
afterAll(directories.removeAll);

const without = (name: string) => resources.filter((resource) => resource.name !== name);

it("comes up twice, and every view answers before a meter has sent anything", async () => {
  const directory = directories.make();
  const up = async () => {
    const { cloud, problems } = await openCloud(resources, directory, noon);
    try {
      const warehouse = await cloud.warehouse();
      const rows: [string, number][] = [];
      for (const { name, parameters } of materializeSlots(withoutBlocks(readCatalog())).catalog.views)
        if (parameters.length === 0)
          rows.push([name, (await warehouse.query(`SELECT * FROM \`wattlake.${name}\``)).length]);
      expect(problems).toEqual([]);
      return { rows, mirror: hashFiles(join(directory, "gcs")) };
    } finally {
      await cloud.close();
    }
  };
  const first = await up();
  // What the configuration alone says: six channels, three of them in the balance of two sites, and two days of each; in 192 slots the prices of
  // seven components, and what is charged besides.
  expect(first.rows.filter(([, count]) => count > 0)).toEqual([
    ["live_power", 6],
    ["site_days", 4],
    ["channels", 6],
    ["site_channels", 3],
    ["site_periods", 2],
    ["tariff_slots", 192 * 7],
    ["metered_slots", 192 * 7],
    ["priced_slots", 192 * 7],
    ["bill_charges", 4],
  ]);
  // The calendar by time zone and what is watched are copied with the rest of reference/.
  expect(Object.keys(first.mirror)).toHaveLength(11);
  expect(await up()).toEqual(first);
});

it("registers the same again: the next preview is clean", async () => {
  const inputs = (all: readonly Registered[]) =>
    new Map(all.map((resource) => [`${resource.type} ${resource.name}`, resource.inputs]));
  expect(inputs(await registerDemo(june))).toEqual(inputs(resources));
});

it.each([
  [
    "warehouse-daily_files-first",
    "BigQuery refuses daily_files: Cannot query hive partitioned data for table daily_files without any associated files.",
  ],
  [
    "warehouse-hour_manifests-first",
    "BigQuery refuses hour_manifests: Cannot query hive partitioned data for table hour_manifests without any associated files.",
  ],
  [
    "reference-mirrored-meters",
    "BigQuery refuses live_power: Not found: URI gs://mirror-bucket/reference/meters.jsonl",
  ],
])("does not come up without %s, although the transfer would bring files", async (name, refused) => {
  await expect(openCloud(without(name), directories.make(), noon)).rejects.toThrow(refused);
});

it("the transfer finds in the mirror what the program has put there, brings back what is gone, and deletes nothing", async () => {
  const directory = directories.make();
  const mirror = () => hashFiles(join(directory, "gcs/mirror-bucket"));
  const open = async (program: readonly Registered[]) => (await openCloud(program, directory, noon)).cloud.close();
  await open(resources);
  const before = mirror();
  expect(Object.keys(before).filter((key) => !mirrored.some((prefix) => key.startsWith(prefix)))).toEqual([]);
  rmSync(join(directory, "gcs/mirror-bucket/reference/meters.jsonl"));
  await open(resources);
  expect(mirror()).toEqual(before);
});
