/** Puts the raw objects of an archive back where they lay, with the same bytes under the same keys, and writes its manifest where that is lost. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { InvalidObjectState } from "@aws-sdk/client-s3";
import { type Held, makeArchiveContent } from "../../functions/lake/archive-check";
import { makeArchiveForm } from "../../functions/lake/archive-form";
import { archiveKey, archiveManifestKey, rawDayPrefix, restoredKey } from "../../functions/lake/keys";
import { type ArchiveManifest, archiveManifestSchema } from "../../functions/lake/manifest";
import { makeScratch } from "../../functions/lake/spool";
import type { LakeStore } from "../../functions/lake/store";
import { userError } from "../../local/session/options";
import { hoursOfLines, linesByHour } from "../../local/session/restore-raw";
import { isPresent } from "./clear";

export interface BroughtBack {
  /** Raw objects that were put. */
  readonly objects: number;
  /** Days whose archive lies in Glacier, and has to be asked for first. */
  readonly frozen: readonly string[];
}

/** UTC arrival days. @throws a `UserError` where an archive is not what its manifest says. */
export async function bringBack(lake: LakeStore, dates: readonly string[]): Promise<BroughtBack> {
  const frozen: string[] = [];
  let objects = 0;
  for (const date of dates) {
    if (!(await lake.find(archiveKey(date)))) continue;
    const put = await bringDayBack(lake, date).catch((error: unknown) => {
      if (!(error instanceof InvalidObjectState)) throw error;
      frozen.push(date);
      return 0;
    });
    objects += put;
  }
  return { objects, frozen };
}

async function bringDayBack(lake: LakeStore, date: string): Promise<number> {
  const manifest = await lake.getJson(archiveManifestKey(date), archiveManifestSchema());
  const present = new Map((await lake.list(rawDayPrefix(date))).map(({ key, etag }) => [key, etag]));
  if (manifest?.inputs.every((input) => isPresent(input, present))) return 0;
  const form = makeArchiveForm();
  const scratch = makeScratch();
  try {
    const path = scratch.newPath();
    await lake.getFile(archiveKey(date), path);
    const { sha256, bytes } = await sumOf(path);
    if (manifest && manifest.output.sha256 !== sha256) throw damaged(date, "its bytes are not those of its manifest");
    if (!form.hasForm(path)) return await bringHoursBack(lake, path, manifest);
    let put = 0;
    for (const { key, body } of wholeObjects(form.objectsOf(path, (each) => !present.has(each)))) {
      await lake.putBytes(key, body, "application/octet-stream");
      put++;
    }
    if (!manifest) await writeManifest(lake, date, await makeArchiveContent(form)(path), { sha256, bytes });
    return put;
  } catch (error) {
    if (error instanceof Error && ["UserError", "InvalidObjectState"].includes(error.name)) throw error;
    throw damaged(date, error instanceof Error ? error.message : String(error));
  } finally {
    scratch.dispose();
  }
}

const damaged = (date: string, reason: string) =>
  userError(
    `${archiveKey(date)} is damaged: ${reason}. Nothing of it was used. Take it from an earlier version of the object or from the replica (docs/recovery.md), then run this again.`,
  );

async function sumOf(path: string) {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest("hex"), bytes };
}

/** A large object comes in parts. */
function* wholeObjects(parts: ReturnType<ReturnType<typeof makeArchiveForm>["objectsOf"]>) {
  let current: { key: string; parts: Buffer[] } | undefined;
  for (const { key, bytes } of parts) {
    if (current && current.key !== key) yield { key: current.key, body: Buffer.concat(current.parts) };
    if (current?.key !== key) current = { key, parts: [] };
    current.parts.push(Buffer.from(bytes));
  }
  if (current) yield { key: current.key, body: Buffer.concat(current.parts) };
}

/** As `archive-day` wrote it. */
async function writeManifest(
  lake: LakeStore,
  date: string,
  held: readonly Held[],
  sum: Awaited<ReturnType<typeof sumOf>>,
) {
  const inputs = held.map(({ key, etag }) => ({ key, etag })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const messages = held.reduce((total, object) => total + object.messages, 0);
  const manifest: ArchiveManifest = { date, messages, inputs, output: { key: archiveKey(date), ...sum } };
  await lake.putText(archiveManifestKey(date), `${JSON.stringify(manifest)}\n`, "application/json");
}

/** An archive of before has the messages alone: they come back by the hour of their arrival, an object an hour. */
async function bringHoursBack(lake: LakeStore, path: string, manifest: ArchiveManifest | undefined): Promise<number> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path)) chunks.push(chunk);
  const text = gunzipSync(Buffer.concat(chunks)).toString();
  let put = 0;
  for (const [hour, lines] of linesByHour(
    text,
    hoursOfLines(
      text,
      manifest?.inputs.map(({ key }) => key),
    ),
  )) {
    const body = gzipSync(lines.map((line) => `${line}\n`).join(""));
    await lake.putBytes(restoredKey(hour), body, "application/gzip");
    put++;
  }
  return put;
}
