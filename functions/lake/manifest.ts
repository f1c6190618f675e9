/** What each step read and wrote, with counts and checksums: the pipeline's memory, and its proof that nothing was lost. */
import { z } from "zod";
import type { LakeObject } from "./store";

/** An object that a step read. */
const inputSchema = () => z.object({ key: z.string(), etag: z.string() });

/**
 * `manifests/hours/`: one arrival hour as `collect-hour` saw it.
 *
 * `messages + fanned_out = staged + merged + duplicates + quarantined + the sum of ignored`, where a message that
 * carries several channels or components is fanned out into one part each.
 */
export function hourManifestSchema() {
  return z.object({
    hour: z.string(),
    /** ETags of the registry and calendar that it was collected with: another registry, another result. */
    reference: z.string(),
    messages: z.int(),
    fanned_out: z.int(),
    staged: z.int(),
    merged: z.int(),
    duplicates: z.int(),
    conflicts: z.int(),
    quarantined: z.int(),
    ignored: z.array(z.object({ reason: z.string(), messages: z.int() })),
    /** How the first line of each reason begins, quarantined or ignored; the key of an object that cannot be read. */
    examples: z.array(z.object({ reason: z.string(), line: z.string() })).default([]),
    unknown_components: z.int(),
    inputs: z.array(inputSchema()),
    outputs: z.array(
      z.object({
        key: z.string(),
        site: z.string(),
        date: z.string(),
        messages: z.int(),
        readings: z.int(),
        sha256: z.string(),
        bytes: z.int(),
      }),
    ),
    quarantine: z.array(
      z.object({
        /** Null where the message does not tell. */
        site: z.string().nullable(),
        /** Local day of arrival at the site, else the UTC day. */
        date: z.string(),
        device: z.string().nullable(),
        reason: z.string(),
        messages: z.int(),
      }),
    ),
    quarantine_sha256: z.string().nullable(),
  });
}

const readingSchema = () => z.looseObject({ ts: z.iso.datetime(), device: z.string(), channel: z.int() });

/**
 * `manifests/days/`: one local day of a site as `compile-day` left it.
 *
 * `messages + carried = readings + merged + duplicates`; `carried` are readings of the earlier daily file whose staged
 * input has expired.
 */
export function dayManifestSchema() {
  return z.object({
    messages: z.int(),
    carried: z.int(),
    readings: z.int(),
    merged: z.int(),
    duplicates: z.int(),
    conflicts: z.int(),
    /** True once a staged input has expired: from then on the daily file is an input of itself. */
    carries: z.boolean(),
    inputs: z.array(inputSchema()),
    output: z.object({ key: z.string(), sha256: z.string(), bytes: z.int() }),
    channels: z.array(
      z.object({
        device: z.string(),
        channel: z.int(),
        readings: z.int(),
        duplicates: z.int(),
        conflicts: z.int(),
        /** The first and last reading, and the first and last one that tells of power, counters carried forward within the day. */
        first: readingSchema(),
        first_power: readingSchema().nullable(),
        last: readingSchema(),
        last_power: readingSchema().nullable(),
      }),
    ),
  });
}

/** `manifests/archive/`: one UTC arrival day as `archive-day` stored it. */
export function archiveManifestSchema() {
  return z.object({
    date: z.string(),
    /** Counted in the archive as it was read back; absent where nobody has. */
    messages: z.int().optional(),
    inputs: z.array(inputSchema()),
    output: z.object({ key: z.string(), sha256: z.string(), bytes: z.int() }),
  });
}

/** `manifests/checkpoint.json`: the first arrival hour that no run has finished yet. */
export function checkpointSchema() {
  return z.object({ next: z.string() });
}

export type HourManifest = z.infer<ReturnType<typeof hourManifestSchema>>;
export type DayManifest = z.infer<ReturnType<typeof dayManifestSchema>>;
export type ArchiveManifest = z.infer<ReturnType<typeof archiveManifestSchema>>;

/** Whether a step would read again just what it has read. */
export function sameInputs(seen: { key: string; etag: string }[], now: LakeObject[]): boolean {
  return seen.length === now.length && seen.every(({ key, etag }, i) => key === now[i]?.key && etag === now[i]?.etag);
}

/** Whether an archive is known to give its raw objects back. */
export const isVerified = (manifest: ArchiveManifest): boolean => manifest.messages !== undefined;

/** Whether an ETag is the MD5 of the bytes; an object that was put in parts has another, and gets this one when it comes back. */
export const isMd5 = (etag: string): boolean => /^"[\da-f]{32}"$/.test(etag);
