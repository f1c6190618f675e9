/** A site's time zone is changed between two starts of the local cloud: its past days are compiled again, without loss. */
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { prefixes } from "../../functions/lake/keys";
import { pendingDays, rememberDays } from "../../local/compile-again";
import { createGraph } from "../../local/program/graph";
import { readStackConfig } from "../../local/program/stack-config";
import { projectDirectory } from "../../local/project";
import { compilePendingDays } from "../../local/session/compile-pending";
import { makeDirectories, openCloud, registerDemo, replayInto } from "./clouds";

const device = "shellyemg3-0cb815fc9d38";
const start = Date.UTC(2025, 5, 1);
const now = Date.UTC(2025, 5, 10);
const directories = makeDirectories();
afterAll(directories.removeAll);

/** 1 kW for three days, told every five minutes. */
const messages = Array.from({ length: 3 * 288 }, (_, index) => {
  const at = start + index * 300_000;
  const params = { ts: at / 1000, "em1:0": { id: 0, act_power: 1000 } };
  return {
    at,
    topic: `${device}/events/rpc`,
    payload: JSON.stringify({ src: device, method: "NotifyStatus", params }),
  };
});

function demoIn(timezone: string) {
  const key = "wattlake:sites";
  const sites = z
    .array(z.looseObject({ id: z.string(), tariff: z.unknown() }))
    .parse(readStackConfig(projectDirectory, "dev").values[key]);
  // A plan's hours are those of its own zone.
  const moved = sites.map(({ tariff, ...site }) => (site.id === "home" ? { ...site, timezone } : { ...site, tariff }));
  return registerDemo({ [key]: moved });
}

/** The energy of each day, and of all. */
async function energyOf(cloud: Awaited<ReturnType<typeof openCloud>>["cloud"]) {
  const warehouse = await cloud.warehouse();
  const query = `SELECT date, import_wh FROM \`wattlake.energy_daily\` WHERE device = '${device}' AND channel = 0 ORDER BY date`;
  const rows = z
    .array(z.object({ date: z.string(), import_wh: z.number().nullable() }))
    .parse(await warehouse.query(query));
  return { dates: rows.map(({ date }) => date), wh: rows.reduce((sum, { import_wh }) => sum + (import_wh ?? 0), 0) };
}

it("at the next start, from the raw messages or else from the archive", async () => {
  const directory = directories.make();
  const first = await openCloud(await demoIn("Europe/Warsaw"), directory, start);
  await replayInto(first, messages);
  const before = await energyOf(first.cloud);
  await first.cloud.close();
  expect(before.wh).toBeCloseTo(1000 * (72 - 1 / 12), 3);
  expect(pendingDays(directory)).toBeUndefined();

  for (const [zone, expired] of [
    ["America/New_York", false],
    ["Asia/Tokyo", true],
  ] as const) {
    if (expired)
      for (const prefix of [prefixes.raw, prefixes.staged])
        rmSync(join(directory, "s3/lake-bucket", prefix), { recursive: true });
    const resources = await demoIn(zone);
    const { cloud } = await openCloud(resources, directory, start);
    try {
      const days = { from: expect.stringMatching(/^2025-05-(30|31)$/), to: expect.stringMatching(/^2025-06-0[45]$/) };
      expect(pendingDays(directory)).toEqual(days);
      const told: string[] = [];
      await compilePendingDays(directory, createGraph(resources), cloud, (text) => told.push(text), now);
      expect(told).toEqual([expect.stringMatching(/^The arrival days .* are compiled again\.$/)]);
      expect(pendingDays(directory)).toBeUndefined();
      expect((await energyOf(cloud)).wh).toBeCloseTo(before.wh, 3);
    } finally {
      await cloud.close();
    }
  }
});

it("days that wait are added up, and stay until it is done", async () => {
  const directory = directories.make();
  rememberDays(directory, { from: "2025-06-02", to: "2025-06-04" });
  rememberDays(directory, { from: "2025-06-03", to: "2025-06-09" });
  expect(pendingDays(directory)).toEqual({ from: "2025-06-02", to: "2025-06-09" });
  const told: string[] = [];
  const cloud = {
    run: async () => Promise.reject(new Error("no disk")),
    s3Url: "http://127.0.0.1:1",
    deployer: { accessKeyId: "a", secretAccessKey: "b" },
  };
  await compilePendingDays(directory, createGraph([]), cloud, (text) => told.push(text), now);
  expect(told.at(-1)).toBe("They are not compiled, the next start tries again: no disk");
  expect(readdirSync(directory)).toEqual(["compile-again.json"]);
  writeFileSync(join(directory, "compile-again.json"), '{"from":"2025-');
  expect(() => pendingDays(directory)).toThrow(/compile-again.json is damaged .*npm run backfill -- --local --state/);
  expect(existsSync(join(directory, "compile-again.json"))).toBe(true);
});
