/**
 * Channels that the lake holds readings of and the configuration no longer has. The views know channels from the
 * registry, so with the next deployment their history would be in no view any more: that is told before it happens.
 *
 * What was configured until now is `reference/meters.jsonl` as it lies in the lake. The days are read from the manifests,
 * and only where a channel is gone: as a rule this costs one small object.
 */
import { z } from "zod";
import { dayManifestsPrefix, partitionOf, referenceKeys } from "../../functions/lake/keys";
import { shiftDate } from "../../functions/readings/edges";
import { parseJsonLines } from "./json-lines";
import type { RegistryLine } from "./registry";

export interface LakeReader {
  /** Undefined where there is no such object. */
  text(key: string): Promise<string | undefined>;
  keys(prefix: string): Promise<readonly string[]>;
}

type Channel = Pick<RegistryLine, "site" | "device" | "channel">;

const channelLine = z.object({ site: z.string(), device: z.string(), channel: z.int() });
const dayManifest = z.object({ channels: z.array(z.object({ device: z.string(), channel: z.int() })) });
/** Manifests read at a time. */
const atOnce = 16;

/** The channels of a registry's text, `reference/meters.jsonl`. */
export const channelsOf = (text: string): Channel[] => parseJsonLines(text, channelLine);

/**
 * A sentence for each meter of which the lake holds readings of a channel that is not among the configured ones. One that is
 * at another site by now is not forgotten: `changed-days.ts` tells of it.
 */
export async function forgottenChannels(lake: LakeReader, configured: readonly Channel[]): Promise<string[]> {
  const kept = new Set(configured.map(nameOf));
  const anywhere = new Set(configured.map(({ device, channel }) => nameOf({ site: "", device, channel })));
  const gone = channelsOf((await lake.text(referenceKeys.meters)) ?? "").filter(
    (each) => !kept.has(nameOf(each)) && !anywhere.has(nameOf({ ...each, site: "" })),
  );
  const sentences: string[] = [];
  for (const site of new Set(gone.map((each) => each.site))) {
    const dates = await readDates(lake, site);
    for (const device of new Set(gone.filter((each) => each.site === site).map((each) => each.device))) {
      const channels = gone.filter((each) => each.device === device && dates.has(nameOf(each)));
      const held = [...new Set(channels.flatMap((each) => dates.get(nameOf(each)) ?? []))].sort();
      if (held.length > 0) sentences.push(sentenceOf(device, site, channels, held));
    }
  }
  return sentences;
}

const nameOf = ({ site, device, channel }: Channel) => `${site}/${device}/${channel}`;

/** The local days of a site with readings, by channel. */
export async function readDates(lake: LakeReader, site: string): Promise<Map<string, string[]>> {
  const keys = await lake.keys(dayManifestsPrefix(site));
  const dates = new Map<string, string[]>();
  for (let at = 0; at < keys.length; at += atOnce) {
    const some = keys.slice(at, at + atOnce);
    const texts = await Promise.all(some.map((key) => lake.text(key)));
    for (const [index, text] of texts.entries()) {
      const { date } = partitionOf(some[index] ?? "");
      if (text === undefined || date === undefined) continue;
      for (const { device, channel } of dayManifest.parse(JSON.parse(text)).channels) {
        const name = nameOf({ site, device, channel });
        dates.set(name, [...(dates.get(name) ?? []), date]);
      }
    }
  }
  return dates;
}

function sentenceOf(device: string, site: string, channels: readonly Channel[], dates: readonly string[]): string {
  const numbers = channels.map(({ channel }) => channel).join(", ");
  return (
    `The configuration no longer has ${device}, channel ${numbers}, of site ${site}, but the lake holds readings of it ` +
    `on ${daysInWords(dates)}. They will be in no view. To keep them, keep it in the configuration ` +
    `with until: "${dates.at(-1)}" (docs/meters.md, section 6).`
  );
}

/** Sorted dates as `5 days: 2025-06-01 to 2025-06-04, 2025-06-09`. */
export const daysInWords = (dates: readonly string[]) =>
  `${dates.length === 1 ? "1 day" : `${dates.length} days`}: ${rangesOf(dates).join(", ")}`;

/** Sorted dates as `2025-06-01 to 2025-06-04`, or the one day. */
function rangesOf(dates: readonly string[]): string[] {
  const ranges: { first: string; last: string }[] = [];
  for (const date of dates) {
    const range = ranges.at(-1);
    if (range !== undefined && shiftDate(range.last, 1) === date) range.last = date;
    else ranges.push({ first: date, last: date });
  }
  return ranges.map(({ first, last }) => (first === last ? first : `${first} to ${last}`));
}
