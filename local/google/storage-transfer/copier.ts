/** Copies objects of one S3 bucket into a folder, each as a file under its key. */
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";

export interface Copier {
  /** Copies one object where the file is missing or different. @throws where the copy does not verify. */
  copy(key: string): Promise<boolean>;
  /** The same for every object under the prefix. Resolves with the number of files written. */
  copyAll(prefix: string): Promise<number>;
}

/** `onCopied` is called after each file that is written. */
export function createCopier(s3: S3Client, bucket: string, directory: string, onCopied: () => void): Copier {
  const pathOf = (key: string) => {
    if (key.split("/").some((part) => part === "" || part === "." || part === ".."))
      throw new Error(`s3://${bucket}/${key} has no place in a folder.`);
    return join(directory, key);
  };

  const copy = async (key: string) => {
    const { Body, ETag, ContentLength } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    // The ETag of a multipart upload is no MD5; the SDK has checked the checksums of its parts.
    if (bytes.length !== ContentLength || (!ETag?.includes("-") && !hasEtag(bytes, ETag)))
      throw new Error(`s3://${bucket}/${key} arrived damaged: ${bytes.length} of ${ContentLength} bytes.`);
    const path = pathOf(key);
    if ((await readIfPresent(path))?.equals(bytes)) return false;
    await mkdir(dirname(path), { recursive: true });
    const temporary = join(directory, `.${randomUUID()}`);
    try {
      await writeFile(temporary, bytes);
      await rename(temporary, path);
      onCopied();
    } finally {
      await rm(temporary, { force: true });
    }
    return true;
  };

  return {
    copy,
    async copyAll(prefix) {
      let copied = 0;
      let token: string | undefined;
      do {
        const page = await s3.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(token && { ContinuationToken: token }) }),
        );
        for (const { Key = "", ETag, Size } of page.Contents ?? []) {
          const present = await readIfPresent(pathOf(Key));
          const same = present !== undefined && present.length === Size && hasEtag(present, ETag);
          if (!same && (await copy(Key))) copied++;
        }
        token = page.NextContinuationToken;
      } while (token);
      return copied;
    },
  };
}

/** Whether the ETag is the MD5 of the bytes. */
const hasEtag = (bytes: Buffer, etag = "") =>
  etag.replaceAll('"', "") === createHash("md5").update(bytes).digest("hex");

const readIfPresent = async (path: string): Promise<Buffer | undefined> =>
  existsSync(path) ? await readFile(path) : undefined;
