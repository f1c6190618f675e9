/** A lake for tests: the S3 stand-in on a folder of its own, and the pipeline's steps in the order of the state machine. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { type RegistryLine, registry } from "../../components/reference/registry";
import { type ZoneDay, zoneDays } from "../../components/reference/zone-days";
import { parseConfig } from "../../config";
import { makeArchiveDay } from "../../functions/archive-day";
import { makeCollectHour } from "../../functions/collect-hour";
import { makeCommitRun } from "../../functions/commit-run";
import { makeCompileDay } from "../../functions/compile-day";
import { rawHourPrefix, referenceKeys } from "../../functions/lake/keys";
import { makeLinkDays } from "../../functions/link-days";
import { makePlanRun, type RunPlan } from "../../functions/plan-run";
import { startObjectServer } from "../../local/aws/s3/server";

/** The six callbacks, as something to call with an event. */
export interface Steps {
  plan(event: unknown): Promise<RunPlan>;
  collect(event: unknown): Promise<{ siteDays: string[] }>;
  compile(event: unknown): Promise<unknown>;
  link(event: unknown): Promise<unknown>;
  archive(event: unknown): Promise<unknown>;
  commit(event: unknown): Promise<unknown>;
}

export type Lake = Awaited<ReturnType<Awaited<ReturnType<typeof startLakes>>["open"]>>;

/** Starts the stand-in; `open` gives a fresh bucket with reference data each time. The clock (ms) dates the objects. */
export async function startLakes(clock = Date.now) {
  const directory = mkdtempSync(join(tmpdir(), "wattlake-test-"));
  const created: string[] = [];
  const got: string[] = [];
  const server = await startObjectServer({
    directory,
    clock,
    onCreated: ({ key }) => void created.push(key),
    authorize({ action, resource }) {
      if (action === "s3:GetObject") got.push(resource.replace(/^arn:aws:s3:::[^/]+\//, ""));
      return { allowed: true };
    },
  });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new S3Client({ endpoint: server.url, region: "eu-central-1", credentials });
  let buckets = 0;

  /** What the callbacks read from their environment. */
  const environment = (bucket: string) => ({
    LAKE_BUCKET: bucket,
    FLUSH_SECONDS: "300",
    RAW_DAYS: "30",
    AWS_ENDPOINT_URL_S3: server.url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });

  async function open(reference: { meters: RegistryLine[]; days: ZoneDay[] }) {
    const bucket = `lake-${buckets++}`;
    server.createBucket(bucket);
    const put = (key: string, body: string | Buffer) =>
      client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    const jsonl = (lines: unknown[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    const setRegistry = (meters: RegistryLine[]) => put(referenceKeys.meters, jsonl(meters));
    await setRegistry(reference.meters);
    await put(referenceKeys.zoneDays, jsonl(reference.days));

    async function keys(prefix: string): Promise<string[]> {
      const found: string[] = [];
      for (let token: string | undefined, more = true; more; more = token !== undefined) {
        const page = await client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
        );
        found.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ""));
        token = page.NextContinuationToken;
      }
      return found;
    }

    async function get(key: string): Promise<Buffer> {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    }

    /** Every object under a prefix, by key. */
    async function dump(prefix: string): Promise<Record<string, string>> {
      const entries: [string, string][] = [];
      for (const key of await keys(prefix)) entries.push([key, (await get(key)).toString("base64")]);
      return Object.fromEntries(entries);
    }

    return {
      environment: environment(bucket),
      put,
      /** What a life cycle rule would do one day. */
      remove: (key: string) => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })),
      get,
      keys,
      dump,
      setRegistry,
      /** An object of raw lines as Firehose (gzip) or the S3 action (plain) would store it. */
      putRaw: (hour: string, name: string, lines: string[], packing: "gzip" | "plain" = "gzip") => {
        const text = lines.map((line) => `${line}\n`).join("");
        return put(`${rawHourPrefix(hour)}${name}`, packing === "gzip" ? gzipSync(text) : text);
      },
      /** The lines of a compressed object; none where it is absent. */
      lines: async (key: string): Promise<string[]> =>
        (await keys(key)).includes(key)
          ? gunzipSync(await get(key))
              .toString()
              .split("\n")
              .filter(Boolean)
          : [],
      json: async (key: string) => JSON.parse((await get(key)).toString()),
    };
  }

  return {
    open,
    /** The keys that were written since the last call, by anybody, in order. */
    written: () => created.splice(0),
    /** The keys that were read since the last call. */
    read: () => got.splice(0),
    async close() {
      client.destroy();
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The callbacks from their source, in this process. */
export function sourceSteps(lake: Lake): Steps {
  Object.assign(process.env, lake.environment);
  return {
    plan: makePlanRun(),
    collect: makeCollectHour(),
    compile: makeCompileDay(),
    link: makeLinkDays(),
    archive: makeArchiveDay(),
    commit: makeCommitRun(),
  };
}

/** A run as the state machine does it, one step after the other. Returns what it collected and compiled. */
export async function run(steps: Steps, event: { now: string; from?: string; to?: string }) {
  const hours: string[] = [];
  const compiled = new Set<string>();
  for (let after: string | undefined, more = true; more; ) {
    const plan = await steps.plan({ ...event, ...(after !== undefined && { after }) });
    const siteDays = new Set<string>();
    for (const hour of plan.hours) for (const day of (await steps.collect({ hour })).siteDays) siteDays.add(day);
    for (const siteDay of siteDays) await steps.compile({ siteDay });
    await steps.link({ siteDays: [...siteDays] });
    for (const date of plan.archiveDates) await steps.archive({ date });
    if (event.from === undefined) await steps.commit({ next: plan.next });
    else after = plan.next;
    hours.push(...plan.hours);
    for (const day of siteDays) compiled.add(day);
    more = plan.more;
  }
  return { hours, siteDays: [...compiled].sort() };
}

/** A registry and calendar of sites with one Gen1 meter `em-<site>` and one Gen3 meter `g3-<site>`, two channels each. */
export function referenceOf(zones: Record<string, string>, calendar: { from: string; to: string }) {
  const channels = (device: string) => [
    { index: 0, name: `Grid of ${device}`, role: "grid" },
    { index: 1, name: `Load of ${device}`, role: "load" },
  ];
  const config = parseConfig({
    sites: Object.entries(zones).map(([id, timezone]) => ({
      id,
      timezone,
      currency: "EUR",
      meters: [
        { id: `em-${id}`, model: "EM", connection: "bridge", channels: channels("em") },
        { id: `g3-${id}`, model: "EMG3", connection: "direct", channels: channels("g3") },
      ],
    })),
    warehouse: { calendar },
  });
  return { meters: registry(config), days: zoneDays(config) };
}
