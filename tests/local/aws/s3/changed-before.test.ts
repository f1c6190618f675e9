/** The local cloud tells of meters that its state folder holds readings of and the program no longer knows. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { dayManifestKey, referenceKeys } from "../../../../functions/lake/keys";
import { createIdentities } from "../../../../local/aws/iam";
import { createBuckets, createS3Client } from "../../../../local/aws/s3";
import { createClock } from "../../../../local/clock";
import { createGraph } from "../../../../local/program/graph";
import { lake, resource } from "../../fixture";

const stateDirectory = mkdtempSync(join(tmpdir(), "wattlake-test-"));
afterAll(() => rmSync(stateDirectory, { recursive: true }));

/** Starts the buckets of a program with these meters, compiles a day of them, and ends; what was told. */
async function warningsWith(...devices: readonly string[]): Promise<string[]> {
  const lines = devices.map((device) => `${JSON.stringify({ site: "home", device, channel: 0 })}\n`);
  const meters = { bucket: "lake", key: referenceKeys.meters, content: lines.join("") };
  const graph = createGraph([lake, resource("aws:s3/bucketObjectv2:BucketObjectv2", "meters", meters)]);
  const warnings: string[] = [];
  const ends: (() => void | Promise<void>)[] = [];
  const world = {
    identities: createIdentities(graph),
    clock: createClock(Date.UTC(2025, 5, 3)),
    stateDirectory,
    onClose: (end: () => void | Promise<void>) => void ends.push(end),
    onWarning: (warning: string) => void warnings.push(warning),
  };
  const { url } = await createBuckets(graph, world, new Map());
  const s3 = createS3Client(url, world.identities.deployer);
  const channels = devices.map((device) => ({ device, channel: 0 }));
  const manifest = { Bucket: "lake", Key: dayManifestKey("home", `2025-06-0${devices.length}`) };
  await s3.send(new PutObjectCommand({ ...manifest, Body: `${JSON.stringify({ channels })}\n` }));
  s3.destroy();
  for (const end of ends.reverse()) await end();
  return warnings;
}

test("once, when the registry without it takes the place of the one with it", async () => {
  expect(await warningsWith("shellyem-A", "shellyem-B")).toEqual([]);
  expect(await warningsWith("shellyem-A")).toEqual([
    expect.stringMatching(/shellyem-B, channel 0, of site home, .* on 1 day: 2025-06-02\..* until: "2025-06-02"/),
  ]);
  expect(await warningsWith("shellyem-A")).toEqual([]);
});
