/** Objects whose files somebody removed from the folder: what is made of others is made anew, and what is lost is told. */
import { DeleteObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import {
  archiveKey,
  archiveManifestKey,
  partitionOf,
  prefixes,
  rawDayPrefix,
  rawHourPrefix,
  stagedDayPrefix,
} from "../../../functions/lake/keys";
import { remedyOf } from "../../../functions/lake/remedy";
import type { ArrivalDays } from "../../compile-again";
import { shortPath } from "../../damage";
import type { RemovedBody } from "./bucket";

export interface MadeAnew {
  readonly sentences: readonly string[];
  /** UTC arrival days that have to go through the pipeline again. */
  readonly again: ArrivalDays | undefined;
  /** Those that need not be told of again. */
  readonly settled: readonly RemovedBody[];
}

/** What makes an object again: the pipeline, a rebuild from the archive, or nothing. */
type Way = "pipeline" | "rebuild" | "none";

/** Deletes what would say that an object need not be made again, and gives the days to compile. `reach` leads a command here. */
export async function makeAnew(removed: readonly RemovedBody[], s3: S3Client, reach: string): Promise<MadeAnew> {
  const by: Record<Way, RemovedBody[]> = { pipeline: [], rebuild: [], none: [] };
  const holds = makeHolds(s3);
  for (const body of removed) by[await wayTo(body, holds)].push(body);
  const remedies = by.pipeline
    .map((body) => ({ ...body, ...remedyOf(body.key) }))
    .filter(({ days }) => days !== undefined);
  for (const { bucket, remove } of remedies)
    for (const Key of remove) await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  const days = remedies.flatMap(({ days }) => (days ? [days.from, days.to] : [])).sort();
  const [from, to] = [days[0], days.at(-1)];
  return {
    sentences: [
      ...tell(remedies, "What was there is made anew."),
      ...tell(by.rebuild, `To make it anew from the archive, stop npm start and run: npm run rebuild -- ${reach}`),
      ...tell(by.none, "Nothing else holds what was there: put it back before the next start, or go on without."),
    ],
    again: from && to ? { from, to } : undefined,
    settled: by.pipeline,
  };
}

/** Whether a bucket has objects below a prefix. A lost folder is many files of few prefixes, so each is asked for once. */
function makeHolds(s3: S3Client) {
  const known = new Map<string, Promise<boolean>>();
  const ask = async (Bucket: string, Prefix: string) => {
    const { KeyCount = 0 } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 1 }));
    return KeyCount > 0;
  };
  return (bucket: string, prefix: string): Promise<boolean> => {
    const place = `${bucket}/${prefix}`;
    const answer = known.get(place) ?? ask(bucket, prefix);
    known.set(place, answer);
    return answer;
  };
}

async function wayTo({ bucket, key }: RemovedBody, holdsIn: ReturnType<typeof makeHolds>): Promise<Way> {
  const { site, date, hour } = placeOf(key);
  const { days, lost } = remedyOf(key);
  if (date === undefined || handedOn.some((prefix) => key.startsWith(prefix))) return lost ? "none" : "pipeline";
  const holds = (prefix: string) => holdsIn(bucket, prefix);
  const raw = hour === undefined ? rawDayPrefix(date) : rawHourPrefix(`${date}T${hour}`);
  const staged = site === undefined ? [] : [stagedDayPrefix(site, date)];
  if (!key.startsWith(prefixes.raw)) for (const each of [raw, ...staged]) if (await holds(each)) return "pipeline";
  let way: Way = "none";
  for (const day of datesOf(days ?? { from: date, to: date })) {
    if (!(await holds(archiveKey(day)))) continue;
    // The pipeline takes messages out of an archive by its manifest.
    if (!(await holds(archiveManifestKey(day)))) return "rebuild";
    way = "pipeline";
  }
  return way;
}

function datesOf({ from, to }: ArrivalDays): string[] {
  const count = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  return Array.from({ length: count }, (_, at) => new Date(Date.parse(from) + at * dayMs).toISOString().slice(0, 10));
}

const dayMs = 86_400_000;

/** What a run and a drill need for themselves. */
const handedOn = [prefixes.runs, prefixes.drill];

/** Of what is staged the hour of arrival; its folder is that of the day it belongs to. */
function placeOf(key: string): ReturnType<typeof partitionOf> {
  const [, date, hour] = /\/(\d{4}-\d\d-\d\d)T(\d\d)\.[^/]*$/.exec(key) ?? [];
  if (date !== undefined && hour !== undefined) return { date, hour };
  const [, named] = /date=(\d{4}-\d\d-\d\d)\./.exec(key) ?? [];
  return { ...partitionOf(key), ...(named && { date: named }) };
}

function tell(bodies: readonly RemovedBody[], whatThen: string): string[] {
  const [first] = bodies;
  if (first === undefined) return [];
  const files = bodies.length === 1 ? "1 file" : `${bodies.length} files`;
  return [`Gone from the folder of the lake: ${files}, the first is ${shortPath(first.path)}. ${whatThen}`];
}
