/** A preview of the program's own data reads the lake as it is, and tells what the change does to it before it ends. */
import { PutObjectCommand } from "@aws-sdk/client-s3";
import * as pulumi from "@pulumi/pulumi";
import { TelemetryLake } from "../../components/aws/telemetry-lake";
import { protectionOf } from "../../components/protection";
import { jsonLines } from "../../components/reference/json-lines";
import { registry } from "../../components/reference/registry";
import { compileTariffs } from "../../components/reference/tariffs/compile";
import { zoneDays } from "../../components/reference/zone-days";
import { ReferenceData } from "../../components/reference-data";
import { parseConfig } from "../../config";
import { dayManifestKey, referenceKeys } from "../../functions/lake/keys";
import { bucket, openLake } from "../local/aws/s3/harness";

const meter = (id: string) => ({ id, model: "EM", channels: [{ index: 0, name: id, role: "load" }] });
const configured = (timezone: string, id: string) =>
  parseConfig({
    sites: [{ id: "home", timezone, currency: "EUR", meters: [meter(id)] }],
    warehouse: { calendar: { from: "2025-06-01", to: "2025-06-30" } },
  });
const [before, after] = [configured("Europe/Warsaw", "em-old"), configured("UTC", "em-new")];

let lake: Awaited<ReturnType<typeof openLake>>;
const outside = { ...process.env };
beforeAll(async () => {
  lake = await openLake();
  const put = (Key: string, Body: string) => lake.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  await put(referenceKeys.meters, jsonLines(registry(before)));
  await put(referenceKeys.zoneDays, jsonLines(zoneDays(before)));
  const channels = [{ device: "em-old", channel: 0, readings: 9 }];
  await put(dayManifestKey("home", "2025-06-02"), `${JSON.stringify({ readings: 9, channels })}\n`);
  const keys = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
  Object.assign(process.env, { AWS_ENDPOINT_URL_S3: lake.server.url, ...keys });
});
afterAll(async () => {
  process.env = outside;
  await lake.close();
});

test("of a site in another time zone, and of a meter that left", async () => {
  const said: string[] = [];
  const say = async (...[text]: Parameters<typeof pulumi.log.warn>) => void said.push(text);
  jest.spyOn(pulumi.log, "warn").mockImplementation(say);
  jest.spyOn(pulumi.log, "info").mockImplementation(say);
  const registered = new Promise<void>((resolve, reject) => {
    const names = new Set(["reference-meters", "reference-zone-days"]);
    pulumi.runtime
      .setMocks(
        {
          newResource({ name, inputs }) {
            names.delete(name);
            if (names.size === 0) resolve();
            return { id: name, state: { ...inputs, bucket } };
          },
          call: ({ inputs }) => inputs,
        },
        "wattlake",
        "test",
        true,
      )
      .then(() => {
        const { retention } = after;
        new ReferenceData("reference", {
          lake: new TelemetryLake("lake", { retention, protection: protectionOf("test") }),
          region: "eu-central-1",
          mirrorBucket: "mirror",
          registry: registry(after),
          zoneDays: zoneDays(after),
          tariffs: compileTariffs(after),
        });
      })
      .catch(reject);
  });
  await registered;
  expect(said.sort()).toEqual([
    expect.stringMatching(/^The configuration no longer has em-old, channel 0, of site home/),
    expect.stringMatching(/^The time zone of site home was Europe\/Warsaw and is UTC: .* 1 day: 2025-06-02\.$/),
    expect.stringMatching(
      /^These days lose energy .* npm run backfill -- --stack test --from 2025-06-01 --to 2025-06-03 /,
    ),
  ]);
});
