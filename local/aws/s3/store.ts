/**
 * The buckets of a directory:
 *
 *     <directory>/<bucket>/...                     the objects, each at the path of its key (see file-names.ts)
 *     <directory>/.objects/<bucket>/journal.jsonl  what they are: metadata, ETag, checksums
 *     <directory>/.objects/<bucket>/incoming/      bodies on their way in
 *
 * The files are there to be read. A file written or changed by hand is no object. One process at a time.
 */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { Bucket, type BucketFiles } from "./bucket";
import { S3Error } from "./errors";
import { type FileNames, fileNames, uncasedFileNames } from "./file-names";

const bucketName = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export class Store {
  private readonly buckets = new Map<string, Bucket>();
  private readonly directory: string;
  private readonly names: FileNames;

  constructor(directory: string) {
    this.directory = resolve(directory);
    mkdirSync(join(this.directory, ".objects"), { recursive: true });
    this.names = existsSync(join(this.directory, ".OBJECTS")) ? uncasedFileNames : fileNames;
    for (const name of readdirSync(join(this.directory, ".objects")).sort()) {
      const bucket = Bucket.open(name, this.filesOf(name));
      if (bucket) this.buckets.set(name, bucket);
    }
  }

  /** @throws S3Error where the name is taken or is not one that S3 allows. */
  create(name: string, location: string, created_ms: number): void {
    if (!bucketName.test(name)) {
      const rule = "3 to 63 of a-z, 0-9, - and ., with a letter or digit at both ends";
      throw new S3Error(400, "InvalidBucketName", `"${name}" is no bucket name: it needs ${rule}.`);
    }
    if (this.buckets.has(name)) {
      throw new S3Error(409, "BucketAlreadyOwnedByYou", `The bucket ${name} exists already.`);
    }
    this.buckets.set(name, Bucket.create(name, { created_ms, location }, this.filesOf(name)));
  }

  has(name: string): boolean {
    return this.buckets.has(name);
  }

  bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (!bucket) throw new S3Error(404, "NoSuchBucket", `There is no bucket ${name}.`);
    return bucket;
  }

  /** In the order of their names. */
  all(): Bucket[] {
    return [...this.buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  close(): void {
    for (const bucket of this.buckets.values()) bucket.close();
  }

  private filesOf(name: string): BucketFiles {
    return { bodies: join(this.directory, name), state: join(this.directory, ".objects", name), names: this.names };
  }
}
