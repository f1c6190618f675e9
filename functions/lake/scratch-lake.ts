/** A lake of its own below a prefix: what an archived day is made again in, without touching anything of the record. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { z } from "zod";
import { makeArchiveForm } from "./archive-form";
import { archiveKey, archiveManifestKey, arrivalHourOf, referenceKeys } from "./keys";
import { archiveManifestSchema, isMd5 } from "./manifest";
import type { Scratch } from "./spool";
import type { LakeStore } from "./store";

export function makeScratchLake(lake: LakeStore, copy: LakeStore) {
  const form = makeArchiveForm();
  const manifestSchema = archiveManifestSchema();
  const failure = z.object({ message: z.string() });
  /** What is wrong with the lake is told as a difference; what is wrong with S3 itself is tried again. */
  const trouble = z.object({ $metadata: z.looseObject({}) });
  /** Raw objects under way back to the lake at once: of a fleet's day there are 14,000. */
  const putsAtOnce = 16;
  const messageOf = (error: unknown) => failure.safeParse(error).data?.message ?? String(error);

  async function sumOf(path: string): Promise<string> {
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(path)) hash.update(chunk);
    return hash.digest("hex");
  }

  /** Puts the raw objects of some arrival hours of a day into the copy. Returns what of the archive is not as its manifest says. */
  async function fromArchive(date: string, hours: ReadonlySet<string>, scratch: Scratch): Promise<string[]> {
    const key = archiveKey(date);
    try {
      const manifest = await lake.getJson(archiveManifestKey(date), manifestSchema);
      if (!manifest) return [`${archiveManifestKey(date)} is missing`];
      if (!(await lake.find(key))) return [`${key} is missing`];
      const differences: string[] = [];
      const path = scratch.newPath();
      await lake.getFile(key, path);
      if ((await sumOf(path)) !== manifest.output.sha256)
        differences.push(`${key} has other bytes than its manifest says`);
      const wanted = (raw: string) => hours.has(arrivalHourOf(raw) ?? "");
      const expected = new Map(manifest.inputs.map((input) => [input.key, input.etag]));
      const found = new Set<string>();
      const puts: Promise<void>[] = [];
      /** An object's parts follow each other. */
      let current: { raw: string; chunks: Buffer[] } | undefined;
      async function bringBack(): Promise<void> {
        if (current === undefined) return;
        const { raw, chunks } = current;
        const bytes = Buffer.concat(chunks);
        const etag = `"${createHash("md5").update(bytes).digest("hex")}"`;
        const was = expected.get(raw);
        if (was === undefined || (isMd5(was) && was !== etag))
          differences.push(`${key} gives other bytes for ${raw} than were archived`);
        found.add(raw);
        puts.push(copy.putBytes(raw, bytes, "application/octet-stream"));
        if (puts.length >= putsAtOnce) await Promise.all(puts.splice(0));
      }
      try {
        for (const { key: raw, bytes } of form.objectsOf(path, wanted)) {
          if (current?.raw !== raw) {
            await bringBack();
            current = { raw, chunks: [] };
          }
          current.chunks.push(Buffer.from(bytes));
        }
      } catch (error) {
        if (trouble.safeParse(error).success) throw error;
        differences.push(`${key} cannot be read to its end: ${messageOf(error)}`);
      }
      await bringBack();
      await Promise.all(puts);
      scratch.remove(path);
      for (const raw of [...expected.keys()].filter((each) => wanted(each) && !found.has(each)))
        differences.push(`${key} does not have ${raw}`);
      return differences;
    } catch (error) {
      if (trouble.safeParse(error).success) throw error;
      return [`${key} cannot be brought back: ${messageOf(error)}`];
    }
  }

  return {
    fromArchive,
    /** The registry and the calendar. */
    async copyReference(): Promise<void> {
      for (const key of [referenceKeys.meters, referenceKeys.zoneDays])
        await copy.putBytes(key, await lake.getBytes(key), "application/x-ndjson");
    },
    async empty(): Promise<void> {
      await copy.remove((await copy.list("")).map(({ key }) => key));
    },
  };
}
