/** `npm run drill` in the local cloud: the program's own state machine and functions, with their roles. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { archiveKey, prefixes, readingsKey } from "../../functions/lake/keys";
import { createS3Client } from "../../local/aws/s3";
import { drillIn } from "../../tools/drill/local";
import { passedText } from "../../tools/drill/report";
import { hashFiles, makeDirectories, openCloud, registerDemo, replayInto } from "./clouds";

const device = "shellyemg3-0cb815fc9d38";
const start = Date.UTC(2025, 5, 1, 12);
const directories = makeDirectories();
afterAll(directories.removeAll);

const messages = Array.from({ length: 12 }, (_, index) => {
  const at = start + index * 7_200_000;
  const params = { ts: at / 1000, "em1:0": { id: 0, act_power: 500 + index } };
  return {
    at,
    topic: `${device}/events/rpc`,
    payload: JSON.stringify({ src: device, method: "NotifyStatus", params }),
  };
});

test("passes on a healthy store, and names one byte that is not", async () => {
  const directory = directories.make();
  const opened = await openCloud(await registerDemo(), directory, start);
  const { cloud, problems } = opened;
  const s3 = createS3Client(cloud.s3Url, cloud.deployer);
  const told: string[] = [];
  const drill = (day?: string) => drillIn(cloud, day, (line) => told.push(line));
  try {
    expect(await drill()).toBe(true);
    expect(told.splice(0)).toEqual([expect.stringMatching(/^No day is archived yet/)]);
    await replayInto(opened, messages);
    await cloud.run({ now: "2025-06-04T12:00:00.000Z" });
    const before = hashFiles(join(directory, "s3"));
    expect(await drill()).toBe(true);
    expect(told.splice(0)).toEqual([
      expect.stringMatching(
        /^home\/2025-06-0[12] is made again from its archive, byte for byte as it is in the record, in [\d.]+ s\.$/,
      ),
    ]);
    expect(hashFiles(join(directory, "s3"))).toEqual(before);

    for (const key of [readingsKey("home", "2025-06-02"), archiveKey("2025-06-01")]) {
      const whole = readFileSync(join(directory, "s3/lake-bucket", key));
      const bytes = Buffer.from(whole);
      bytes[bytes.length - 6] = (bytes.at(-6) ?? 0) ^ 4;
      const put = (Body: Buffer) => s3.send(new PutObjectCommand({ Bucket: "lake-bucket", Key: key, Body }));
      await put(bytes);
      expect(await drill("home/2025-06-02")).toBe(false);
      // A byte of an archive shows in whatever is made of it, too.
      const said = told.splice(0).join("\n");
      expect(said).toMatch(/^home\/2025-06-02 is not made again as it was\. Differences: [1-9]\n/);
      expect(said).toContain(`\n  ${key} `);
      await put(whole);
    }
    expect(Object.keys(hashFiles(join(directory, "s3"))).filter((path) => path.includes(prefixes.drill))).toEqual([]);
    // What the mirror was told of is not what a drill made.
    expect(problems).toEqual([]);
  } finally {
    s3.destroy();
    await cloud.close();
  }
});

test("its report", () => {
  expect(passedText({ request: { siteDay: "home/2025-06-02" } }, 1.25)).toContain("in 1.3 s.");
});
