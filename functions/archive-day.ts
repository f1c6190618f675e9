/**
 * `archive-day`: stores all raw messages of one complete UTC arrival day verbatim in one gzip object, which then moves
 * to Glacier. Gzip objects are joined as they are (a gzip file may have many members, RFC 1952); plain ones are packed.
 *
 * What came late is put behind what the archive has already, so nothing of the day is read twice. The manifest is written
 * once the archive, read back from the lake, gives each raw object again.
 *
 * Then it removes raw objects of days long ago that such a manifest has: no life cycle rule does, for it cannot look.
 */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { crc32, gzipSync } from "node:zlib";
import { z } from "zod";
import { aheadLimits, makeAhead } from "./lake/ahead";
import { makeArchiveCheck } from "./lake/archive-check";
import { type ArchivedGroup, makeArchiveForm } from "./lake/archive-form";
import {
  archiveKey,
  archiveManifestKey,
  arrivalHourOf,
  partitionOf,
  prefixes,
  rawDayPrefix,
  restoredKey,
} from "./lake/keys";
import { type ArchiveManifest, archiveManifestSchema, sameInputs } from "./lake/manifest";
import { makeScratch, type Scratch } from "./lake/spool";
import { type LakeObject, makeLakeStore } from "./lake/store";
import { logUnit } from "./log";

export interface ArchivedDay {
  date: string;
  changed: boolean;
}

type Spool = ReturnType<Scratch["openBytes"]>;

export function makeArchiveDay() {
  const lake = makeLakeStore();
  const ahead = makeAhead();
  const form = makeArchiveForm();
  const check = makeArchiveCheck(lake, form);
  const manifestSchema = archiveManifestSchema();
  const eventSchema = z.object({ date: z.iso.date() });
  /** Days after a day that its raw objects are kept. */
  const rawDays = z.coerce.number().int().min(1).parse(process.env.RAW_DAYS);
  const dayMs = 86_400_000;
  /** Days whose raw objects one call removes at most. */
  const mostDays = 40;
  /** Plain objects are packed in members of about this size: one message alone does not compress. */
  const memberBytes = 1024 * 1024;
  /** A larger object is not brought to memory whole. */
  const wholeBytes = aheadLimits.bytes;
  /** The archive is gone, or in Glacier. */
  const unreadable = z.object({ name: z.enum(["NoSuchKey", "InvalidObjectState"]) });

  const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b;

  /** A large object waits on disk, for its checksum goes before it. */
  async function load({ key, size }: LakeObject, scratch: Scratch) {
    if (size <= wholeBytes) {
      const bytes = await lake.getBytes(key);
      return { chunks: (): AsyncIterable<Buffer> => Readable.from([bytes]), crc: crc32(bytes), isGzip: isGzip(bytes) };
    }
    const path = scratch.newPath();
    await lake.getFile(key, path);
    let crc = 0;
    let first: Buffer = Buffer.alloc(0);
    for await (const chunk of createReadStream(path)) {
      crc = crc32(chunk, crc);
      if (first.length < 2) first = Buffer.concat([first, chunk]);
    }
    return { chunks: (): AsyncIterable<Buffer> => createReadStream(path), crc, isGzip: isGzip(first) };
  }

  async function pack(objects: LakeObject[], file: Spool, scratch: Scratch): Promise<void> {
    let plain: Buffer[] = [];
    let plainBytes = 0;
    let parts: ArchivedGroup["objects"] = [];
    async function flushPlain(): Promise<void> {
      if (parts.length > 0) {
        const packed = gzipSync(Buffer.concat(plain));
        await file.write(form.markOf({ bytes: packed.length, crc: crc32(packed), gzip: false, objects: parts }));
        await file.write(packed);
      }
      plain = [];
      plainBytes = 0;
      parts = [];
    }
    /** A gzip object as it is, behind its mark. */
    async function join({ key, size }: LakeObject, chunks: AsyncIterable<Buffer>, crc: number): Promise<void> {
      await flushPlain();
      await file.write(form.markOf({ bytes: size, crc, gzip: true, objects: [[key, size, 0]] }));
      let written = 0;
      for await (const bytes of chunks) {
        await file.write(bytes);
        written += bytes.length;
      }
      if (written !== size) throw new Error(`${key} came with ${written} bytes, not ${size}`);
    }
    async function add({ key }: LakeObject, chunks: AsyncIterable<Buffer>): Promise<void> {
      let size = 0;
      let lastByte = 10;
      for await (const bytes of chunks) {
        plain.push(bytes);
        plainBytes += bytes.length;
        size += bytes.length;
        lastByte = bytes.at(-1) ?? lastByte;
        if (plainBytes < memberBytes) continue;
        parts.push([key, size, 0]);
        size = 0;
        await flushPlain();
      }
      // One message an object comes without a line end.
      const added = lastByte === 10 ? 0 : 1;
      if (added === 1) plain.push(Buffer.from("\n"));
      plainBytes += added;
      parts.push([key, size, added]);
    }
    for await (const { object, loaded } of ahead(objects, (each) => load(each, scratch))) {
      const { chunks, crc } = loaded;
      await (loaded.isGzip ? join(object, chunks(), crc) : add(object, chunks()));
    }
    await flushPlain();
  }

  /** Begins the file with the archive as its manifest knows it; false where that is not to be had any more. */
  async function copyArchive({ output }: ArchiveManifest, file: Spool): Promise<boolean> {
    try {
      for await (const chunk of await lake.open(output.key)) await file.write(chunk);
    } catch (error) {
      if (unreadable.safeParse(error).success) return false;
      throw error;
    }
    return file.sha256() === output.sha256;
  }

  /** The objects that an archive lacks; undefined where it holds one that has changed since. */
  function added({ inputs }: ArchiveManifest, objects: LakeObject[]): LakeObject[] | undefined {
    const archived = new Map(inputs.map(({ key, etag }) => [key, etag]));
    const changed = objects.some(({ key, etag }) => archived.has(key) && archived.get(key) !== etag);
    return changed ? undefined : objects.filter(({ key }) => !archived.has(key));
  }

  /** Whether the archive is known to give its raw objects back. */
  const isVerified = (manifest: ArchiveManifest) => manifest.messages !== undefined;

  async function write(earlier: ArchiveManifest | undefined, objects: LakeObject[], scratch: Scratch) {
    const late = earlier && isVerified(earlier) ? added(earlier, objects) : undefined;
    if (earlier && late) {
      const file = scratch.openBytes();
      const extended = await copyArchive(earlier, file);
      if (extended) await pack(late, file, scratch);
      const packed = await file.close();
      if (extended) return { packed, read: late.length };
    }
    const file = scratch.openBytes();
    await pack(objects, file, scratch);
    return { packed: await file.close(), read: objects.length };
  }

  /**
   * Removes what is old on a day: raw objects that were put so long ago, and that the manifest of their day has. What came
   * back from an archive goes the same way. Returns how many.
   */
  async function removeOld(date: string): Promise<number> {
    const before = Date.parse(`${date}T00:00:00Z`) - (rawDays - 1) * dayMs;
    const days = (await lake.listFolders(prefixes.raw)).flatMap((folder) => partitionOf(folder).date ?? []);
    let removed = 0;
    for (const day of days.filter((each) => Date.parse(`${each}T00:00:00Z`) < before - dayMs).slice(0, mostDays)) {
      const manifest = await lake.getJson(archiveManifestKey(day), manifestSchema);
      if (!manifest || !isVerified(manifest)) continue;
      const archived = new Map(manifest.inputs.map(({ key, etag }) => [key, etag]));
      const isArchived = ({ key, etag }: LakeObject) =>
        archived.get(key) === etag || key === restoredKey(arrivalHourOf(key) ?? "");
      const old = (await lake.list(rawDayPrefix(day))).filter((object) => object.modified < before);
      const keys = old.filter(isArchived).map(({ key }) => key);
      await lake.remove(keys);
      removed += keys.length;
    }
    return removed;
  }

  async function archive(date: string): Promise<ArchivedDay> {
    const [objects, earlier] = await Promise.all([
      lake.list(rawDayPrefix(date)),
      lake.getJson(archiveManifestKey(date), manifestSchema),
    ]);
    const present = new Set(objects.map(({ key }) => key));
    const expired = earlier?.inputs.some(({ key }) => !present.has(key)) ?? false;
    if (objects.length === 0 || expired || (earlier && isVerified(earlier) && sameInputs(earlier.inputs, objects))) {
      logUnit("archive-day", { date, unchanged: true, objects: objects.length });
      return { date, changed: false };
    }
    const scratch = makeScratch();
    try {
      const { packed, read } = await write(earlier, objects, scratch);
      const key = archiveKey(date);
      const changed = earlier?.output.sha256 !== packed.sha256;
      if (changed) await lake.putFile(key, packed, "application/gzip");
      const messages = await check(key, packed.sha256, objects, scratch);
      const manifest: ArchiveManifest = {
        date,
        messages,
        inputs: objects.map((object) => ({ key: object.key, etag: object.etag })),
        output: { key, sha256: packed.sha256, bytes: packed.bytes },
      };
      await lake.putText(archiveManifestKey(date), `${JSON.stringify(manifest)}\n`, "application/json");
      logUnit("archive-day", { date, changed, objects: objects.length, messages, read, bytes: packed.bytes });
      return { date, changed };
    } finally {
      scratch.dispose();
    }
  }

  return async function archiveDay(event: unknown): Promise<ArchivedDay> {
    const { date } = eventSchema.parse(event);
    const archived = await archive(date);
    const removed = await removeOld(date);
    if (removed > 0) logUnit("remove-raw", { date, objects: removed });
    return archived;
  };
}
