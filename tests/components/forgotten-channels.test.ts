/** What a preview tells of meters that left the configuration while the lake holds readings of them. */
import { PutObjectCommand } from "@aws-sdk/client-s3";
import * as pulumi from "@pulumi/pulumi";
import { tellForgottenChannels } from "../../components/aws/forgotten-channels";
import { makeLakeReader } from "../../components/aws/lake-reader";
import { registry } from "../../components/reference/registry";
import { parseConfig } from "../../config";
import { dayManifestKey, referenceKeys } from "../../functions/lake/keys";
import { bucket, openLake } from "../local/aws/s3/harness";

const channels = (of: string) => [0, 1].map((index) => ({ index, name: `${of} ${index}`, role: "load" }));
const registryOf = (...meters: readonly object[]) =>
  registry(parseConfig({ sites: [{ id: "home", timezone: "UTC", currency: "EUR", meters }] }));
const [oldMeter, newMeter, oneChannel] = [
  { id: "shellyem-old", model: "EM", channels: channels("old") },
  { id: "shellyem-new", model: "EM", channels: channels("new") },
  { id: "shellyem-new", model: "EM", channels: channels("new").slice(0, 1) },
];
const held: Readonly<Record<string, readonly string[]>> = {
  "2025-06-01": ["shellyem-old"],
  "2025-06-02": ["shellyem-old", "shellyem-new"],
  "2025-06-03": ["shellyem-new"],
  "2025-06-05": ["shellyem-old", "shellyem-new"],
};

let lake: Awaited<ReturnType<typeof openLake>>;
beforeAll(async () => {
  lake = await openLake();
  const put = (Key: string, Body: string) => lake.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  const lines = registryOf(oldMeter, newMeter).map((line) => `${JSON.stringify(line)}\n`);
  await put(referenceKeys.meters, lines.join(""));
  for (const [date, devices] of Object.entries(held)) {
    const entries = devices.flatMap((device) => [0, 1].map((channel) => ({ device, channel, readings: 9 })));
    await put(dayManifestKey("home", date), `${JSON.stringify({ readings: 9, channels: entries })}\n`);
  }
});
afterAll(() => lake.close());

/** What is said of a lake, by a client that stays open for the other tests. */
async function toldOf(configured: ReturnType<typeof registryOf>, bucketName = bucket) {
  const said: { level: string; text: string }[] = [];
  const say = (level: string) => async (text: string) => void said.push({ level, text });
  const open = (name: string) => ({ ...makeLakeReader(lake.s3, name), close: () => undefined });
  const told = tellForgottenChannels(pulumi.output(bucketName), open, configured, {
    warn: say("warn"),
    info: say("info"),
  });
  await new Promise<void>((resolve) => void told.apply(() => resolve()));
  return said;
}

const advice = (day: string) =>
  `They will be in no view. To keep them, keep it in the configuration with until: "${day}" (docs/meters.md, section 6).`;

test("a meter that left is told with the days that the lake holds of it, and how to keep them", async () => {
  const text = `The configuration no longer has shellyem-old, channel 0, 1, of site home, but the lake holds readings of it on 3 days: 2025-06-01 to 2025-06-02, 2025-06-05. ${advice("2025-06-05")}`;
  expect(await toldOf(registryOf(newMeter))).toEqual([{ level: "warn", text }]);
});

test("so is a single channel", async () => {
  const text = `The configuration no longer has shellyem-new, channel 1, of site home, but the lake holds readings of it on 3 days: 2025-06-02 to 2025-06-03, 2025-06-05. ${advice("2025-06-05")}`;
  expect(await toldOf(registryOf(oldMeter, oneChannel))).toEqual([{ level: "warn", text }]);
});

test("a meter with its until is not forgotten", async () => {
  expect(await toldOf(registryOf({ ...oldMeter, until: "2025-06-05" }, newMeter))).toEqual([]);
});

test("a lake that cannot be read fails no preview", async () => {
  expect(await toldOf(registryOf(newMeter), "another-lake")).toEqual([
    { level: "info", text: expect.stringMatching(/could not be read: .*bucket/i) },
  ]);
});
