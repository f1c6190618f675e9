/** Days whose raw messages have expired are compiled again from the archive, after a change of the time zone too. */
import { S3Client } from "@aws-sdk/client-s3";
import { makeCollectHour } from "../../functions/collect-hour";
import { prefixes, referenceKeys, restoredKey } from "../../functions/lake/keys";
import { restoreRaw } from "../../local/session/restore-raw";
import { type Lake, referenceOf, run, sourceSteps, startLakes } from "./lake";
import { gen1Line, gen2Line } from "./messages";

const calendar = { from: "2025-05-25", to: "2025-06-10" };
const warsaw = referenceOf({ home: "Europe/Warsaw" }, calendar);
const newYork = referenceOf({ home: "America/New_York" }, calendar);
const now = "2025-06-08T00:00:00.000Z";
const range = { from: "2025-05-31T00", to: "2025-06-06T00" };

let lakes: Awaited<ReturnType<typeof startLakes>>;
let s3: S3Client;
beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation();
  lakes = await startLakes(() => Date.parse(now));
});
afterEach(() => s3?.destroy());
afterAll(() => lakes.close());

async function fill(lake: Lake) {
  for (let at = Date.parse("2025-06-01T00:00:00Z"); at < Date.parse("2025-06-04T00:00:00Z"); at += 3_600_000) {
    const hour = new Date(at).toISOString().slice(0, 13);
    // A buffer's object has the hour of its oldest message.
    const lines = [10, 50, 65].flatMap((minute) => {
      const arrival = at + minute * 60_000;
      return [
        gen1Line("em-home", 0, "power", 100 + minute, arrival),
        gen2Line("g3-home", "em1:0", { act_power: minute }, arrival - 300, arrival),
      ];
    });
    await lake.putRaw(hour, "a.gz", lines, at % 2 === 0 ? "gzip" : "plain");
  }
}
async function expire(lake: Lake) {
  for (const prefix of [prefixes.raw, prefixes.staged])
    for (const key of await lake.keys(prefix)) await lake.remove(key);
}
const change = async (lake: Lake) => {
  await lake.setRegistry(newYork.meters);
  await lake.put(referenceKeys.zoneDays, newYork.days.map((day) => `${JSON.stringify(day)}\n`).join(""));
};
const recordOf = async (lake: Lake) => {
  const lines = new Map<string, string[]>();
  for (const key of await lake.keys(prefixes.daily)) {
    const content = await lake.lines(key);
    if (content.length > 0) lines.set(key, content);
  }
  return lines;
};
function clientOf({ environment }: Lake) {
  const { AWS_ENDPOINT_URL_S3: endpoint, AWS_REGION: region, LAKE_BUCKET: bucket } = environment;
  s3 = new S3Client({ endpoint, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } });
  return { s3, bucket };
}

test("the days are as if the lake had never known another zone", async () => {
  const right = await lakes.open(newYork);
  await fill(right);
  await run(sourceSteps(right), { now });

  const lake = await lakes.open(warsaw);
  await fill(lake);
  await run(sourceSteps(lake), { now });
  const before = await recordOf(lake);
  await change(lake);
  await expire(lake);
  const { s3: client, bucket } = clientOf(lake);
  expect(await restoreRaw(client, bucket, "2025-05-31", "2025-06-05")).toEqual({
    dates: ["2025-06-01", "2025-06-02", "2025-06-03"],
    frozen: [],
  });
  await run(sourceSteps(lake), { now, ...range });
  expect(await recordOf(lake)).toEqual(await recordOf(right));
  expect(await recordOf(lake)).not.toEqual(before);

  // What is there again is not fetched again, and the archive stays as it is.
  const archives = await lake.dump(prefixes.archive);
  expect((await restoreRaw(client, bucket, "2025-05-31", "2025-06-05")).dates).toEqual([]);
  await run(sourceSteps(lake), { now, ...range });
  expect(await lake.dump(prefixes.archive)).toEqual(archives);
  expect(await recordOf(lake)).toEqual(await recordOf(right));
});

test("without the archive an hour still does not shrink, and says how it comes back", async () => {
  const lake = await lakes.open(warsaw);
  await fill(lake);
  await run(sourceSteps(lake), { now });
  await expire(lake);
  Object.assign(process.env, lake.environment);
  await expect(makeCollectHour()({ hour: "2025-06-02T05" })).rejects.toThrow(
    "npm run backfill -- --archived --from 2025-06-02 --to 2025-06-02",
  );
  const { s3: client, bucket } = clientOf(lake);
  await restoreRaw(client, bucket, "2025-06-02", "2025-06-02");
  expect(await lake.keys(prefixes.raw)).toHaveLength(24);
  expect(await lake.keys(restoredKey("2025-06-02T05"))).toHaveLength(1);
});
