/**
 * `archive-day`: stores all raw messages of one complete UTC arrival day verbatim in one gzip object, which then moves
 * to Glacier. Gzip objects are joined as they are (a gzip file may have many members, RFC 1952); plain ones are packed.
 */
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { archiveKey, archiveManifestKey, rawDayPrefix } from "./lake/keys";
import { type ArchiveManifest, archiveManifestSchema, sameInputs } from "./lake/manifest";
import { makeScratch, type Scratch } from "./lake/spool";
import { type LakeObject, makeLakeStore } from "./lake/store";
import { logUnit } from "./log";

export interface ArchivedDay {
  date: string;
  changed: boolean;
}

export function makeArchiveDay() {
  const lake = makeLakeStore();
  const manifestSchema = archiveManifestSchema();
  const eventSchema = z.object({ date: z.iso.date() });
  /** Plain objects are packed in members of about this size: one message alone does not compress. */
  const memberBytes = 1024 * 1024;

  async function pack(objects: LakeObject[], scratch: Scratch) {
    const file = scratch.openBytes();
    let plain: Buffer[] = [];
    let plainBytes = 0;
    async function flushPlain(): Promise<void> {
      if (plainBytes > 0) await file.write(gzipSync(Buffer.concat(plain)));
      plain = [];
      plainBytes = 0;
    }
    for (const { key } of objects) {
      let gzip: boolean | undefined;
      let lastByte: number | undefined;
      for await (const chunk of await lake.open(key)) {
        const bytes: Buffer = chunk;
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
      // One message an object comes without a line end.
      if (gzip === false && lastByte !== 10) plain.push(Buffer.from("\n"));
    }
    await flushPlain();
    return file.close();
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
      const packed = await pack(objects, scratch);
      const key = archiveKey(date);
      const changed = earlier?.output.sha256 !== packed.sha256;
      if (changed) await lake.putFile(key, packed, "application/gzip");
      const manifest: ArchiveManifest = {
        date,
        inputs: objects.map((object) => ({ key: object.key, etag: object.etag })),
        output: { key, sha256: packed.sha256, bytes: packed.bytes },
      };
      await lake.putText(archiveManifestKey(date), `${JSON.stringify(manifest)}\n`, "application/json");
      logUnit("archive-day", { date, changed, objects: objects.length, bytes: packed.bytes });
      return { date, changed };
    } finally {
      scratch.dispose();
    }
  };
}
