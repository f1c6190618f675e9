/** Copies objects of one S3 bucket into a folder, each as a file under its key. */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import type { S3Objects } from "../../aws/s3";

export interface Copier {
  /** Copies one object where the file is missing or different. @throws where the copy does not verify. */
  copy(key: string): Promise<boolean>;
  /** The same for every object under the prefix. Resolves with the number of files written. */
  copyAll(prefix: string): Promise<number>;
}

/** What it reads through: pages of keys, and objects. */
export interface Source {
  readonly s3: S3Client;
  readonly objects: Pick<S3Objects, "get">;
}

/** `onCopied` is called after each file that is written, with its size, bytes. */
export function createCopier(
  { s3, objects }: Source,
  bucket: string,
  directory: string,
  onCopied: (bytes: number) => void,
): Copier {
  const pathOf = (key: string) => {
    if (key.split("/").some((part) => part === "" || part === "." || part === ".."))
      throw new Error(`s3://${bucket}/${key} has no place in a folder.`);
    return join(directory, key);
  };

  const looked = createFileHashes();

  const copy = async (key: string) => {
    const { bytes, etag } = await objects.get(bucket, key);
    // The ETag of a multipart upload is no MD5; HTTP itself keeps the length.
    const hash = md5(bytes);
    if (!etag.includes("-") && hash !== unquoted(etag))
      throw new Error(`s3://${bucket}/${key} arrived damaged: ${bytes.length} bytes that its ETag is not of.`);
    const path = pathOf(key);
    if (looked.md5Of(path, bytes.length) === hash) return false;
    mkdirSync(dirname(path), { recursive: true });
    const temporary = join(directory, `.${randomUUID()}`);
    try {
      writeFileSync(temporary, bytes);
      renameSync(temporary, path);
      onCopied(bytes.length);
    } finally {
      rmSync(temporary, { force: true });
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
          const same = looked.md5Of(pathOf(Key), Size) === unquoted(ETag);
          if (!same && (await copy(Key))) copied++;
        }
        token = page.NextContinuationToken;
      } while (token);
      return copied;
    },
  };
}

const unquoted = (etag = "") => etag.replaceAll('"', "");
const md5 = (bytes: Buffer) => createHash("md5").update(bytes).digest("hex");

/** MD5 of files, read again only where the file system says that one has changed: a year is compared every day. */
function createFileHashes() {
  const known = new Map<string, { readonly state: string; readonly hash: string }>();
  return {
    /** undefined where there is no file of that size. */
    md5Of(path: string, size = 0): string | undefined {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found?.size !== size) return undefined;
      const state = `${found.ino} ${found.mtimeMs}`;
      const earlier = known.get(path);
      if (earlier?.state === state) return earlier.hash;
      const hash = md5(readFileSync(path));
      known.set(path, { state, hash });
      return hash;
    },
  };
}
