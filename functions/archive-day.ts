/**
 * `archive-day`: stores all raw messages of one complete UTC arrival day verbatim in one gzip object, which then moves
 * to Glacier. Gzip objects are joined as they are (a gzip file may have many members, RFC 1952); plain ones are packed.
 *
 * What came late is put behind what the archive has already, so nothing of the day is read twice.
 */
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { aheadLimits, makeAhead } from "./lake/ahead";
import { archiveKey, archiveManifestKey, rawDayPrefix } from "./lake/keys";
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
  const manifestSchema = archiveManifestSchema();
  const eventSchema = z.object({ date: z.iso.date() });
  /** Plain objects are packed in members of about this size: one message alone does not compress. */
  const memberBytes = 1024 * 1024;
  /** A larger object is not brought to memory whole. */
  const wholeBytes = aheadLimits.bytes;
  /** The archive is gone, or in Glacier. */
  const unreadable = z.object({ name: z.enum(["NoSuchKey", "InvalidObjectState"]) });

  const load = async ({ key, size }: LakeObject) => (size > wholeBytes ? lake.open(key) : [await lake.getBytes(key)]);

  async function pack(objects: LakeObject[], file: Spool): Promise<void> {
    let plain: Buffer[] = [];
    let plainBytes = 0;
    async function flushPlain(): Promise<void> {
      if (plainBytes > 0) await file.write(gzipSync(Buffer.concat(plain)));
      plain = [];
      plainBytes = 0;
    }
    for await (const { loaded } of ahead(objects, load)) {
      let gzip: boolean | undefined;
      let lastByte: number | undefined;
      for await (const chunk of loaded) {
        const bytes: Buffer = chunk;
        if (bytes.length === 0) continue;
        if (gzip === undefined) {
          gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
          if (gzip) await flushPlain();
        }
        if (gzip) {
          await file.write(bytes);
          continue;
        }
        plain.push(bytes);
        plainBytes += bytes.length;
        lastByte = bytes.at(-1);
        if (plainBytes >= memberBytes) await flushPlain();
      }
      if (gzip !== false || lastByte === 10) continue;
      // One message an object comes without a line end.
      plain.push(Buffer.from("\n"));
      plainBytes++;
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

  async function write(earlier: ArchiveManifest | undefined, objects: LakeObject[], scratch: Scratch) {
    const late = earlier && added(earlier, objects);
    if (earlier && late) {
      const file = scratch.openBytes();
      const extended = await copyArchive(earlier, file);
      if (extended) await pack(late, file);
      const packed = await file.close();
      if (extended) return { packed, read: late.length };
    }
    const file = scratch.openBytes();
    await pack(objects, file);
    return { packed: await file.close(), read: objects.length };
  }

  return async function archiveDay(event: unknown): Promise<ArchivedDay> {
    const { date } = eventSchema.parse(event);
    const [objects, earlier] = await Promise.all([
      lake.list(rawDayPrefix(date)),
      lake.getJson(archiveManifestKey(date), manifestSchema),
    ]);
    const present = new Set(objects.map(({ key }) => key));
    const expired = earlier?.inputs.some(({ key }) => !present.has(key)) ?? false;
    if (objects.length === 0 || expired || (earlier && sameInputs(earlier.inputs, objects))) {
      logUnit("archive-day", { date, unchanged: true, objects: objects.length });
      return { date, changed: false };
    }
    const scratch = makeScratch();
    try {
      const { packed, read } = await write(earlier, objects, scratch);
      const key = archiveKey(date);
      const changed = earlier?.output.sha256 !== packed.sha256;
      if (changed) await lake.putFile(key, packed, "application/gzip");
      const manifest: ArchiveManifest = {
        date,
        inputs: objects.map((object) => ({ key: object.key, etag: object.etag })),
        output: { key, sha256: packed.sha256, bytes: packed.bytes },
      };
      await lake.putText(archiveManifestKey(date), `${JSON.stringify(manifest)}\n`, "application/json");
      logUnit("archive-day", { date, changed, objects: objects.length, read, bytes: packed.bytes });
      return { date, changed };
    } finally {
      scratch.dispose();
    }
  };
}
