/** The lake as the callbacks use it: the few S3 calls of the pipeline, on the bucket of the environment. */
import { closeSync, createReadStream, createWriteStream, openSync, readSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  RestoreObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { remedyOf } from "./remedy";
import type { SpooledFile } from "./spool";

export interface LakeObject {
  key: string;
  etag: string;
  size: number;
  /** When it was put, ms since the epoch. */
  modified: number;
}

/** What one put takes, and what a larger file is put in; S3 takes 5 GB at once, and 10,000 pieces. */
export const putLimits = { wholeBytes: 1024 ** 3, pieceBytes: 64 * 1024 * 1024 };

/**
 * Opens the bucket `LAKE_BUCKET`, or a lake of its own below a prefix of it (`within`), whose keys are those of any lake.
 *
 * Whether an object exists is asked by listing, never by getting: without the right to list a whole bucket, S3 answers
 * 403 and not 404 for a key that is absent (docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html).
 */
export function makeLakeStore(
  within = "",
  s3 = new S3Client({}),
  bucket = process.env.LAKE_BUCKET,
  { wholeBytes, pieceBytes } = putLimits,
) {
  if (!bucket) throw new Error("LAKE_BUCKET is not set: the function does not know its lake");
  /** Attempts of a conditional put that collides with another write, and the first pause between two, ms. */
  const conflicts = { attempts: 5, pauseMs: 50 };
  /** Storage classes that cannot be read at once. */
  const glacier: readonly string[] = ["GLACIER", "DEEP_ARCHIVE"];
  const conflict = z.object({ name: z.literal("ConditionalRequestConflict") });

  /** All objects under a prefix, in key order, and the folders one level below it where `Delimiter` is "/". */
  async function listPages(prefix: string, options: { Delimiter?: "/"; StartAfter?: string; MaxKeys?: number }) {
    const objects: LakeObject[] = [];
    const folders: string[] = [];
    let token: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: within + prefix,
          ...options,
          ...(options.StartAfter !== undefined && { StartAfter: within + options.StartAfter }),
          ...(token && { ContinuationToken: token }),
        }),
      );
      for (const { Key, ETag, Size, LastModified } of page.Contents ?? []) {
        if (Key === undefined) continue;
        objects.push({
          key: Key.slice(within.length),
          etag: ETag ?? "",
          size: Size ?? 0,
          modified: LastModified?.getTime() ?? 0,
        });
      }
      for (const { Prefix } of page.CommonPrefixes ?? [])
        if (Prefix !== undefined) folders.push(Prefix.slice(within.length));
      token = options.MaxKeys ? undefined : page.NextContinuationToken;
    } while (token);
    return { objects, folders };
  }

  /** The object of exactly this key, if there is one. */
  async function find(key: string): Promise<LakeObject | undefined> {
    const { objects } = await listPages(key, { MaxKeys: 1 });
    return objects.find((object) => object.key === key);
  }

  async function open(key: string): Promise<Readable> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: within + key }));
    if (!(Body instanceof Readable)) throw new Error(`s3://${bucket}/${within}${key} came without a body`);
    return Body;
  }

  async function getBytes(key: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of await open(key)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** A JSON text of an object by its schema. @throws an error that says how a damaged one is mended */
  function parseJson<T>(key: string, text: string, schema: z.ZodType<T>): T {
    try {
      return schema.parse(JSON.parse(text));
    } catch (error) {
      const { remove, days } = remedyOf(key);
      const removal = remove.map((each) => `aws s3 rm s3://${bucket}/${within}${each}`).join("; ");
      const backfill = days ? `; npm run backfill -- --from ${days.from} --to ${days.to}` : "";
      const reason = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ");
      throw new Error(`s3://${bucket}/${within}${key} is damaged (${reason}). To mend it: ${removal}${backfill}`);
    }
  }

  const getText = async (key: string) => (await getBytes(key)).toString("utf8");

  type Content = Omit<PutObjectCommandInput, "Bucket" | "Key" | "ContentType">;
  async function put(key: string, contentType: string, content: Content): Promise<void> {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: within + key, ContentType: contentType, ...content }));
  }
  /** A file in pieces, one after another; it is there once all are. What is left of a failed one expires (telemetry-lake). */
  async function putPieces(key: string, contentType: string, { path, bytes }: SpooledFile): Promise<void> {
    const target = { Bucket: bucket, Key: within + key };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...target, ContentType: contentType }));
    const file = openSync(path, "r");
    try {
      const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
      for (let from = 0; from < bytes; from += pieceBytes) {
        const Body = Buffer.alloc(Math.min(pieceBytes, bytes - from));
        const read = readSync(file, Body, 0, Body.length, from);
        if (read !== Body.length) throw new Error(`${path} ends at ${from + read} of ${bytes} bytes`);
        const PartNumber = Parts.length + 1;
        const { ETag } = await s3.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }));
        Parts.push({ PartNumber, ETag });
      }
      await s3.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
    } finally {
      closeSync(file);
    }
  }

  const bodyOf = (file: SpooledFile) => ({ Body: createReadStream(file.path), ContentLength: file.bytes });
  /** An `etag` of undefined says that the key was free. */
  const unchangedSince = (etag: string | undefined) => (etag === undefined ? { IfNoneMatch: "*" } : { IfMatch: etag });

  /**
   * Tries again where S3 says that another write of the key was under way (409): then the condition was not judged at all,
   * while one that does not hold is a PreconditionFailed (docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
   */
  async function judged(attempt: () => Promise<void>): Promise<void> {
    for (let failed = 1, pause = conflicts.pauseMs; ; failed++, pause *= 2) {
      try {
        return await attempt();
      } catch (error) {
        if (failed === conflicts.attempts || !conflict.safeParse(error).success) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random() / 2)));
      }
    }
  }

  return {
    list: async (prefix: string) => (await listPages(prefix, {})).objects,
    /** The objects under a prefix behind a key, in key order. */
    listAfter: async (prefix: string, key: string) => (await listPages(prefix, { StartAfter: key })).objects,
    /** How many objects lie under a prefix; a thousand and more are a thousand. */
    countSome: async (prefix: string) => (await listPages(prefix, { MaxKeys: 1000 })).objects.length,
    listFolders: async (prefix: string) => (await listPages(prefix, { Delimiter: "/" })).folders,
    find,
    getBytes,
    getText,
    /** A JSON object by its schema; undefined where the key is absent. */
    getJson: async <T>(key: string, schema: z.ZodType<T>): Promise<T | undefined> =>
      (await find(key)) ? parseJson(key, await getText(key), schema) : undefined,
    parseJson,
    /** Copies an object into a file. */
    async getFile(key: string, path: string): Promise<void> {
      await pipeline(await open(key), createWriteStream(path));
    },
    open,
    /** Removes objects, a thousand a call; deleting costs nothing. */
    async remove(keys: string[]): Promise<void> {
      for (let i = 0; i < keys.length; i += 1000) {
        const Objects = keys.slice(i, i + 1000).map((key) => ({ Key: within + key }));
        const { Errors = [] } = await s3.send(
          new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
        );
        const [failed] = Errors;
        if (failed) throw new Error(`s3://${bucket}/${failed.Key} cannot be removed: ${failed.Code} ${failed.Message}`);
      }
    },
    /** Whether an object can be read, or lies in Glacier, or is on its way out of it. */
    async storageOf(key: string): Promise<"readable" | "frozen" | "thawing"> {
      const { StorageClass, Restore } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: within + key }));
      if (StorageClass === undefined || !glacier.includes(StorageClass)) return "readable";
      if (Restore === undefined) return "frozen";
      return Restore.includes('ongoing-request="true"') ? "thawing" : "readable";
    },
    /** Asks for a copy of an object in Glacier, at the lowest price: it takes 5 to 12 hours. */
    async restore(key: string, days: number): Promise<void> {
      const RestoreRequest = { Days: days, GlacierJobParameters: { Tier: "Bulk" as const } };
      await s3.send(new RestoreObjectCommand({ Bucket: bucket, Key: within + key, RestoreRequest }));
    },
    putText: (key: string, text: string, contentType: string) => put(key, contentType, { Body: text }),
    putBytes: (key: string, bytes: Buffer, contentType: string) => put(key, contentType, { Body: bytes }),
    putFile: (key: string, file: SpooledFile, contentType: string) =>
      file.bytes > wholeBytes ? putPieces(key, contentType, file) : put(key, contentType, bodyOf(file)),
    /** As `putFile`, but fails with PreconditionFailed where the key has changed since `etag` was seen. */
    replaceFile: (key: string, file: SpooledFile, contentType: string, etag: string | undefined) =>
      judged(() => put(key, contentType, { ...bodyOf(file), ...unchangedSince(etag) })),
  };
}

export type LakeStore = ReturnType<typeof makeLakeStore>;
