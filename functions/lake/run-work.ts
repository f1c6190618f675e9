/** What the steps of a run hand on to each other in `runs/`, and how an hour is split. */
import { z } from "zod";
import { hourSchema } from "./keys";
import { hourManifestSchema } from "./manifest";

/** An hour to collect, or one part of it. */
export interface HourPart {
  hour: string;
  /** Where its result is handed on; without it the result is returned. */
  work?: string | undefined;
  part?: number | undefined;
  parts?: number | undefined;
}

export const hourPartSchema = () =>
  z.object({
    hour: hourSchema(),
    work: z.string().optional(),
    part: z.int().nonnegative().optional(),
    parts: z.int().positive().optional(),
  });

/** The raw objects of an hour as the plan saw them. */
export const hourObjectsSchema = () =>
  z.array(z.object({ key: z.string(), etag: z.string(), size: z.int(), modified: z.number() }));

/** What a part of an hour came to. */
export const collectedSchema = () =>
  z.object({
    hour: z.string(),
    part: z.int(),
    parts: z.int(),
    siteDays: z.array(z.string()),
    /** Lines of the whole hour, of which the part takes its own; 0 and no manifest where nothing was to be done. */
    seen: z.int(),
    /** Of the part alone; an hour that is not split has written its own. */
    manifest: hourManifestSchema().nullable(),
    /** Whether the part left lines for the hour's quarantine. */
    quarantined: z.boolean(),
  });

export type Collected = z.infer<ReturnType<typeof collectedSchema>>;

/** Parts of an hour at most. */
export const mostParts = 64;

/**
 * Raw bytes of a part of an hour: about a minute of work, and some hundred megabytes of scratch. `PART_MEBIBYTES` (environment)
 * names another size.
 */
export const partBytesOf = (): number =>
  z.coerce.number().positive().default(32).parse(process.env.PART_MEBIBYTES) * 1024 * 1024;

/** The part, of so many, that takes everything of a name; FNV-1a, the same in each part. */
export function partOf(name: string, parts: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193) >>> 0;
  return hash % parts;
}
