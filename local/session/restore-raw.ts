/**
 * Raw messages that have expired come back from `archive/`, an object an hour, so that their hours can be collected again.
 * Nothing is ever lost by it: a message that is there twice counts once.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import {
  GetObjectCommand,
  InvalidObjectState,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import {
  archiveKey,
  archiveManifestKey,
  arrivalHourOf,
  prefixes,
  rawDayPrefix,
  restoredKey,
} from "../../functions/lake/keys";
import { archiveManifestSchema } from "../../functions/lake/manifest";

export interface Restored {
  /** UTC arrival days that have their messages again. */
  readonly dates: readonly string[];
  /** Days whose archive is in Glacier, and has to be asked for first. */
  readonly frozen: readonly string[];
}

/** UTC arrival days, both included. */
export async function restoreRaw(s3: S3Client, Bucket: string, from: string, to: string): Promise<Restored> {
  const get = async (Key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  const keysUnder = async (Prefix: string) => {
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix }))
      for (const { Key } of Contents) if (Key !== undefined) keys.push(Key);
    return keys;
  };
  const archived = (await keysUnder(prefixes.archive))
    .flatMap((key) => /date=(\d{4}-\d\d-\d\d)/.exec(key)?.[1] ?? [])
    .filter((date) => date >= from && date <= to);
  const [dates, frozen]: string[][] = [[], []];
  for (const date of archived) {
    // Without its manifest nobody knows which messages it lacks; `npm run rebuild` takes all of such a one.
    if ((await keysUnder(archiveManifestKey(date))).length === 0) continue;
    const present = new Set(await keysUnder(rawDayPrefix(date)));
    const { inputs } = archiveManifestSchema().parse(JSON.parse((await get(archiveManifestKey(date))).toString()));
    const gone = inputs.filter(({ key }) => !present.has(key)).flatMap(({ key }) => arrivalHourOf(key) ?? []);
    const hours = [...new Set(gone)].filter((hour) => !present.has(restoredKey(hour))).sort();
    if (hours.length === 0) continue;
    try {
      for (const [hour, lines] of linesByHour(gunzipSync(await get(archiveKey(date))).toString(), hours))
        await s3.send(
          new PutObjectCommand({
            Bucket,
            Key: restoredKey(hour),
            Body: gzipSync(lines.map((each) => `${each}\n`).join("")),
          }),
        );
      dates?.push(date);
    } catch (error) {
      if (!(error instanceof InvalidObjectState || error instanceof NoSuchKey)) throw error;
      frozen?.push(date);
    }
  }
  return { dates: dates ?? [], frozen: frozen ?? [] };
}

const arrived = z.object({ received_ms: z.number() });

/** The hours of an archive's raw objects, or else those in which its messages arrived. */
export function hoursOfLines(text: string, keys: readonly string[] = []): string[] {
  const hours = keys.length > 0 ? keys.map(arrivalHourOf) : text.split("\n").map(hourOf);
  return [...new Set(hours.filter((hour) => hour !== undefined))].sort();
}

/** Each line with the hour of its arrival; an object has the hour of its oldest message, so later ones go with what is before. */
export function linesByHour(text: string, hours: readonly string[]): Map<string, string[]> {
  const byHour = new Map<string, string[]>(hours.map((hour) => [hour, []]));
  let last = hours[0] ?? "";
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const own = hourOf(line);
    if (own !== undefined) last = hours.findLast((hour) => hour <= own) ?? hours[0] ?? "";
    byHour.get(last)?.push(line);
  }
  return byHour;
}

function hourOf(line: string): string | undefined {
  try {
    return new Date(arrived.parse(JSON.parse(line)).received_ms).toISOString().slice(0, 13);
  } catch {
    return undefined;
  }
}
