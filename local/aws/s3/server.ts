/**
 * An S3 stand-in for one laptop: HTTP on 127.0.0.1 over a directory, for the real SDK with its default settings.
 *
 * Carried out: CreateBucket, HeadBucket, ListBuckets, GetBucketLocation, ListObjectsV2, PutObject, GetObject, HeadObject,
 * DeleteObject, DeleteObjects, CopyObject, and multipart uploads (create, part, complete, abort, list parts); user
 * metadata, ranges, conditional reads and writes, CRC32, SHA-1, SHA-256 and MD5 in headers and trailers; storage classes, as far
 * as an object in Glacier cannot be read before RestoreObject has brought a copy, which takes as long as AWS says.
 *
 * Everything else is answered 501 NotImplemented, by name: versioning, life cycles, encryption, tags, ACLs, bucket
 * policies, presigned URLs, CRC32C and CRC64NVME among it. An object that is overwritten is gone.
 *
 * The caller is who the SigV4 header says: the signature itself is not verified. This is identity, not secrecy, and
 * good for a local stand-in on the loopback interface only.
 */
import { closeSync, createReadStream, readSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Usage } from "../../usage";
import type { Authorize } from "../iam";
import { DamagedBody } from "./bodies";
import type { RemovedBody } from "./bucket";
import type { Reply, Slice } from "./call";
import { S3Error } from "./errors";
import { perform } from "./operations";
import type { ObjectCreated, Service } from "./service";
import { Store } from "./store";
import { Uploads } from "./uploads";
import { element, text } from "./xml";

export type { ObjectCreated } from "./service";

export interface ObjectServerOptions {
  /** Where the objects lie (see store.ts); made if missing. Used by one server at a time. */
  directory: string;
  /** @default a free one */
  port?: number;
  /** Milliseconds since the epoch, UTC: the time of an object's last change. @default the wall clock */
  clock?: () => number;
  /** @default everything is allowed */
  authorize?: Authorize;
  usage?: Usage | undefined;
  /** Every request is answered this much later, ms, as from a data centre; a benchmark asks for it. @default 0 */
  latencyMs?: number;
  /** Stands between a request and its answer, which `answer` makes: a bench or a test lets calls fail. @default answers at once */
  intercept?: (request: IncomingMessage, response: ServerResponse, answer: () => void) => void;
  /** What is told beside an object whose file was damaged: how it is mended. @default nothing */
  remedy?: (damaged: DamagedBody) => string;
  /**
   * Called once an object is stored, before the client is answered. Where it fails the client gets a 500 and tries
   * again, although the object is there: at least once, like S3's own events.
   */
  onCreated?: (event: ObjectCreated) => void | Promise<void>;
}

export interface ObjectServer {
  /** The endpoint for the SDK, `http://127.0.0.1:<port>`. */
  url: string;
  /** Files that lie where objects do and are none, as paths, at the start. */
  strangers: readonly string[];
  /** Objects whose file is damaged, as far as the sizes of files give a hint of it, at the start. */
  damaged: readonly DamagedBody[];
  /** Objects whose file somebody removed, at the start. */
  removed: readonly RemovedBody[];
  /** Removed ones that are made anew, or done without. */
  forget(removed: readonly RemovedBody[]): void;
  /** Makes a bucket if it is missing. */
  createBucket(name: string): void;
  /** Finishes what is under way, and stops. */
  close(): Promise<void>;
}

export async function startObjectServer({
  directory,
  port = 0,
  clock = Date.now,
  authorize = () => ({ allowed: true }),
  usage,
  latencyMs = 0,
  intercept = (_request, _response, answer) => answer(),
  remedy = () => "",
  onCreated = () => {},
}: ObjectServerOptions): Promise<ObjectServer> {
  const store = new Store(directory);
  const service: Service = { store, uploads: new Uploads(), now: clock, authorize, usage, onCreated };
  const underWay = new Set<ServerResponse>();
  // Connections stay until somebody closes: a client that picks a pooled one cannot hit upon its end.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    underWay.add(response);
    response.once("close", () => {
      underWay.delete(response);
      if (!server.listening) closeConnections();
    });
    // Once an answer has begun, a body cut short is all that can still be told.
    const answer = () => handle(service, request, response, remedy).catch(() => response.destroy());
    if (latencyMs > 0) setTimeout(answer, latencyMs);
    else intercept(request, response, answer);
  });
  // Also of a client that was refused half-way and never sends the rest of its body: that is neither busy nor idle.
  const closeConnections = () => {
    if (underWay.size === 0) server.closeAllConnections();
  };
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The object server listens at no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    damaged: store.all().flatMap((bucket) => bucket.damaged()),
    strangers: store.all().flatMap((bucket) => bucket.strangers()),
    removed: store.all().flatMap((bucket) => bucket.removed()),
    forget(removed) {
      for (const { bucket, key } of removed) store.bucket(bucket).forget(key);
    },
    createBucket(name) {
      if (!store.has(name)) store.create(name, "", clock());
    },
    async close() {
      const impatient = setTimeout(() => server.closeAllConnections(), patienceMs);
      await new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        closeConnections();
      });
      clearTimeout(impatient);
      store.close();
    },
  };
}

/** How long the end waits for what is under way, ms: the body of a request may never come. */
const patienceMs = 10_000;

async function handle(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  remedy: (damaged: DamagedBody) => string,
): Promise<void> {
  const reply = await perform(service, request).catch((error: unknown) => failure(error, request, remedy));
  // What was refused half-way is read to its end, so that the client comes to the answer.
  request.resume();
  await send(reply, request, response);
}

/** Bytes; a larger body is streamed. */
const inOnePiece = 256 << 10;

async function send(reply: Reply, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers = {}, body = "" } = reply;
  response.statusCode = status;
  response.setHeaders(new Map(Object.entries(headers)));
  if (typeof body === "string") response.end(request.method === "HEAD" ? undefined : body);
  else if (body.length <= inOnePiece) response.end(readSlice(body));
  else await pipeline(streamSlice(body), response);
}

function readSlice({ file, start, length }: Slice): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, length, start));
  } finally {
    closeSync(file);
  }
}

const streamSlice = ({ file, start, length }: Slice) =>
  createReadStream("", { fd: file, start, end: start + length - 1 });

function failure(error: unknown, { url = "" }: IncomingMessage, remedy: (damaged: DamagedBody) => string): Reply {
  const { status, code, message, headers } = error instanceof S3Error ? error : internalError(error, remedy);
  const body = element("Error", text("Code", code), text("Message", message), text("Resource", url));
  return { status, headers: { "content-type": "application/xml", ...headers }, body };
}

const internalError = (error: unknown, remedy: (damaged: DamagedBody) => string) =>
  new S3Error(
    500,
    "InternalError",
    error instanceof DamagedBody ? `${error.message} ${remedy(error)}`.trimEnd() : String(error),
  );
