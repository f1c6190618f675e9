/** An object server over a new directory, the SDK's own client for it, and requests that the SDK would not send. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { type Agent, type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { createMeter } from "../../../../local/aws/s3/checksums";
import { type ObjectServerOptions, startObjectServer } from "../../../../local/aws/s3/server";
import { Store } from "../../../../local/aws/s3/store";

export const bucket = "lake";
export const instant = Date.UTC(2025, 5, 1, 12, 0, 0, 250);

export type Lake = Awaited<ReturnType<typeof openLake>>;

export function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), "wattlake-objects-"));
}

export async function openLake(options: Partial<ObjectServerOptions> = {}) {
  const directory = options.directory ?? newDirectory();
  const server = await startObjectServer({ clock: () => instant, ...options, directory });
  server.createBucket(bucket);
  const s3 = clientOf(server.url);
  return {
    directory,
    server,
    s3,
    file: (key: string) => join(directory, bucket, key),
    /** Every file of the bucket, as a path in it. */
    files: () => filesUnder(join(directory, bucket)),
    /** What is half-way in. */
    incoming: () => readdirSync(join(directory, ".objects", bucket, "incoming")),
    async stop() {
      s3.destroy();
      await server.close();
    },
    async close() {
      s3.destroy();
      await server.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Puts small objects into a directory without a server, as fast as the disk takes them; the body is the key. */
export function seed(directory: string, keys: Iterable<string>): void {
  const store = new Store(directory);
  if (!store.has(bucket)) store.create(bucket, "", instant);
  for (const key of keys) {
    const draft = store.bucket(bucket).draft();
    const bytes = Buffer.from(key);
    draft.write(bytes);
    const meter = createMeter();
    meter.update(bytes);
    const { size, md5, checksums } = meter.digest();
    const object = { body: draft.id, size, etag: md5.toString("hex"), modified_ms: instant, headers: {}, checksums };
    store.bucket(bucket).commit(key, draft, object, () => {});
  }
  store.close();
}

/** The SDK with its default settings. */
export function clientOf(endpoint: string, accessKeyId = "tester"): S3Client {
  return new S3Client({ endpoint, region: "eu-central-1", credentials: { accessKeyId, secretAccessKey: "any" } });
}

export async function keysOf(s3: S3Client, prefix = ""): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key } of page.Contents ?? []) keys.push(Key ?? "");
  }
  return keys;
}

export async function bytesOf(s3: S3Client, key: string, range?: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...(range && { Range: range }) }));
  if (!Body) throw new Error(`${key} came without a body`);
  return Buffer.from(await Body.transformToByteArray());
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

export interface RawReply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export function rawRequest(
  { server }: Lake,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body: string | Buffer = "",
  agent: Agent | false = false,
): Promise<RawReply> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Waits for what the server does of itself. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
