/**
 * `archive-day`: stores all raw messages of one complete UTC arrival day verbatim in one gzip object, which then moves
 * to Glacier. Gzip objects are joined as they are (a gzip file may have many members, RFC 1952); plain ones are packed.
 *
 * What came late is put behind what the archive has already, so nothing of the day is read twice. The manifest is written
 * once the archive, read back from the lake, gives each raw object again.
 *
 * Then it removes raw objects of days long ago that such a manifest has: no life cycle rule does, for it cannot look.
 */
import { z } from "zod";
import { makeArchiveCheck } from "./lake/archive-check";
import { makeArchiveForm } from "./lake/archive-form";
import { makeArchivePacking } from "./lake/archive-packing";
import { archiveKey, archiveManifestKey, rawDayPrefix } from "./lake/keys";
import { type ArchiveManifest, archiveManifestSchema, isVerified, sameInputs } from "./lake/manifest";
import { makeRawExpiry } from "./lake/raw-expiry";
import { makeScratch, type Scratch, type Spool } from "./lake/spool";
import { type LakeObject, makeLakeStore } from "./lake/store";
import { logUnit } from "./log";

export interface ArchivedDay {
  date: string;
  changed: boolean;
}

export function makeArchiveDay() {
  const lake = makeLakeStore();
  const form = makeArchiveForm();
  const pack = makeArchivePacking(lake, form);
  const check = makeArchiveCheck(lake, form);
  const removeOld = makeRawExpiry(lake);
  const manifestSchema = archiveManifestSchema();
  const eventSchema = z.object({ date: z.iso.date() });
  /** The archive is gone, or in Glacier. */
  const unreadable = z.object({ name: z.enum(["NoSuchKey", "InvalidObjectState"]) });

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
    const late = earlier && isVerified(earlier) ? added(earlier, objects) : undefined;
    if (earlier && late) {
      const file = scratch.openBytes();
      const extended = await copyArchive(earlier, file);
      if (extended) await pack(late, file, scratch);
      const packed = await file.close();
      if (extended) return { packed, read: late.length };
      scratch.remove(packed.path);
    }
    const file = scratch.openBytes();
    await pack(objects, file, scratch);
    return { packed: await file.close(), read: objects.length };
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
      scratch.remove(packed.path);
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
