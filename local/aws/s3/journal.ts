/**
 * The journal of a bucket: a file of JSON lines, one a change, on the disk before the change is carried out. It is what
 * joins an object's bytes to its metadata, and what a restart reads.
 */
import {
  appendFileSync,
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { z } from "zod";
import { algorithms } from "./checksums";

const storedObject = z.strictObject({
  /** The name that the body has until it lies at the key's path; another one for every write. */
  body: z.string(),
  /** Bytes. */
  size: z.int(),
  /** Without quotes. */
  etag: z.string(),
  modified_ms: z.number(),
  /** What is returned with the object as it came: content type and encoding, user metadata. */
  headers: z.record(z.string(), z.string()),
  checksums: z.partialRecord(z.enum(algorithms), z.string()),
  /** A copy of an object in Glacier that was asked for: from when, and until when. */
  restore: z.strictObject({ ready_ms: z.number(), expires_ms: z.number() }).optional(),
});

const bucketInfo = z.strictObject({ created_ms: z.number(), location: z.string() });

const change = z.union([
  z.strictObject({ bucket: bucketInfo }),
  z.strictObject({ put: z.string(), object: storedObject }),
  z.strictObject({ delete: z.string() }),
]);

export type StoredObject = z.infer<typeof storedObject>;
export type BucketInfo = z.infer<typeof bucketInfo>;
export type Change = z.infer<typeof change>;

/** The journal says of every object what it is: without it, or with a part of it, they are lost. */
export class DamagedJournal extends Error {}

export class Journal {
  private file: number;
  /** Length before the last change, and now, bytes. */
  private previous: number;
  private length: number;

  private constructor(
    private readonly path: string,
    /** How many changes the file holds. */
    public changes: number,
  ) {
    this.file = openSync(path, "a");
    this.length = fstatSync(this.file).size;
    this.previous = this.length;
  }

  static create(path: string, changes: Iterable<Change>): Journal {
    return new Journal(path, writeWhole(path, changes));
  }

  /** Reads the changes. A last line that was not written to its end is dropped: nobody was told that it happened. */
  static open(path: string): { journal: Journal; changes: Change[] } {
    const bytes = readFileSync(path);
    const whole = bytes.subarray(0, bytes.lastIndexOf("\n") + 1);
    const lines = whole.toString("utf8").split("\n").slice(0, -1);
    const changes = lines.map((line, index) => parseLine(line, `${path}:${index + 1}`));
    const journal = new Journal(path, changes.length);
    journal.cut(whole.length);
    return { journal, changes };
  }

  append(entry: Change): void {
    this.previous = this.length;
    try {
      appendFileSync(this.file, `${JSON.stringify(entry)}\n`);
      fdatasyncSync(this.file);
    } catch (error) {
      this.cut(this.previous);
      throw error;
    }
    this.length = fstatSync(this.file).size;
    this.changes += 1;
  }

  /** Unwrites the last change, which could not be carried out. */
  takeBack(): void {
    this.cut(this.previous);
    this.changes -= 1;
  }

  /** Replaces the history by its result. */
  compact(changes: Iterable<Change>): void {
    this.changes = writeWhole(this.path, changes);
    closeSync(this.file);
    this.file = openSync(this.path, "a");
    this.length = fstatSync(this.file).size;
    this.previous = this.length;
  }

  close(): void {
    closeSync(this.file);
  }

  private cut(length: number): void {
    ftruncateSync(this.file, length);
    fsyncSync(this.file);
    this.length = length;
    this.previous = length;
  }
}

function parseLine(line: string, place: string): Change {
  try {
    return change.parse(JSON.parse(line));
  } catch (cause) {
    throw new DamagedJournal(`${place} is not a change of the local object store.`, { cause });
  }
}

function writeWhole(path: string, changes: Iterable<Change>): number {
  const lines = Array.from(changes, (entry) => `${JSON.stringify(entry)}\n`);
  writeFileSync(`${path}.new`, lines.join(""), { flush: true });
  renameSync(`${path}.new`, path);
  return lines.length;
}
