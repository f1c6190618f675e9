/** Replays what lies under `errors/`, in an order that may end anywhere: into raw/, through the pipeline, out of errors/. */
import {
  formerHourManifestKey,
  hourManifestKey,
  partitionOf,
  prefixes,
  rawHourPrefix,
} from "../../functions/lake/keys";
import { hourManifestSchema } from "../../functions/lake/manifest";
import { makeUnfold } from "../../functions/readings/joined";
import type { HourRange } from "../backfill/plan";
import type { Arguments } from "./arguments";
import type { Lake } from "./lake";
import type { Replay } from "./raw-line";

export interface Account {
  /** Messages that were put under raw/. */
  replayed: number;
  /** That an earlier replay, which did not end, had put there. */
  resumed: number;
  /** That the lake had from the start: only the live path had missed them. */
  delivered: number;
  /** What stays where it is, and why. */
  left: { key: string; reason: string }[];
  /** Arrival hours that went through the pipeline again. */
  hours: string[];
  /** Whether all of it is done: otherwise what was replayed is still under errors/, and the next replay goes on. */
  ended: boolean;
}

export interface ReplayOptions extends Pick<Arguments, "from" | "to"> {
  readonly lake: Lake;
  readonly replay: (key: string, text: string) => Replay;
  /** Sends arrival hours through the pipeline; resolves with whether it could. */
  readonly collect: (ranges: readonly HourRange[]) => Promise<boolean>;
}

/** Objects under way at once. */
const atOnce = 32;

export async function replayErrors({ lake, replay, collect, from, to }: ReplayOptions): Promise<Account> {
  const account: Account = { replayed: 0, resumed: 0, delivered: 0, left: [], hours: [], ended: true };
  const unfold = makeUnfold();
  const done: string[] = [];
  const hours = new Map<string, Promise<{ keys: Set<string>; expired: boolean }>>();
  const hourOf = (hour: string) => {
    const known = hours.get(hour) ?? readHour(lake, hour);
    hours.set(hour, known);
    return known;
  };

  async function take(key: string): Promise<void> {
    const result = replay(key, await lake.get(key));
    if (result.outcome === "left") account.left.push({ key, reason: result.reason });
    else if (result.outcome === "delivered") {
      account.delivered++;
      done.push(key);
    } else {
      const { keys, expired } = await hourOf(result.hour);
      if (expired && !keys.has(result.key)) {
        const reason = `raw objects of its hour have expired; restore ${rawHourPrefix(result.hour)} from archive/ first`;
        account.left.push({ key, reason });
        return;
      }
      const messages = unfold(result.line.toString()).length;
      if (keys.has(result.key)) account.resumed += messages;
      else {
        await lake.put(result.key, result.line);
        account.replayed += messages;
      }
      if (!account.hours.includes(result.hour)) account.hours.push(result.hour);
      done.push(key);
    }
  }

  const keys = (await lake.keys(prefixes.errors)).filter((key) => {
    const { date = from } = partitionOf(key);
    return date >= from && date <= to;
  });
  await inBatches(keys, take);
  account.hours.sort();
  if (account.hours.length > 0) account.ended = await collect(rangesOf(account.hours));
  // Until the pipeline has been told, an alarm keeps telling of them.
  if (account.ended)
    await inBatches(done, (key) => lake.move(key, `${prefixes.replayed}${key.slice(prefixes.errors.length)}`));
  return account;
}

/** What lies in an arrival hour, and whether it has lost objects since it was collected: then it is not collected again. */
async function readHour(lake: Lake, hour: string) {
  const keys = new Set(await lake.keys(rawHourPrefix(hour)));
  const names = [hourManifestKey(hour), formerHourManifestKey(hour)];
  const written = (await Promise.all(names.map((name) => lake.keys(name)))).flat();
  const manifestKey = names.find((name) => written.includes(name));
  if (manifestKey === undefined) return { keys, expired: false };
  const { inputs } = hourManifestSchema().parse(JSON.parse(await lake.get(manifestKey)));
  return { keys, expired: inputs.some(({ key }) => !keys.has(key)) };
}

/** Arrival hours, sorted, as few half-open ranges. */
export function rangesOf(hours: readonly string[]): HourRange[] {
  const after = (hour: string) => new Date(Date.parse(`${hour}:00:00Z`) + 3_600_000).toISOString().slice(0, 13);
  const ranges: { from: string; to: string }[] = [];
  for (const hour of hours) {
    const last = ranges.at(-1);
    if (last?.to === hour) last.to = after(hour);
    else ranges.push({ from: hour, to: after(hour) });
  }
  return ranges;
}

async function inBatches(keys: readonly string[], work: (key: string) => Promise<void>): Promise<void> {
  for (let at = 0; at < keys.length; at += atOnce) await Promise.all(keys.slice(at, at + atOnce).map(work));
}

const counted = (count: number, what: string) => `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;

/** What it did, for people. */
export function accountLines({ replayed, resumed, delivered, left, hours, ended }: Account): string[] {
  return [
    `${counted(replayed, "message")} replayed into ${counted(hours.length, "arrival hour")}.`,
    ...(resumed > 0 ? [`${counted(resumed, "message")} there already, from a replay that did not end.`] : []),
    ...(delivered > 0
      ? [`${counted(delivered, "message")} in the lake all along: only the live path had missed them.`]
      : []),
    ...left.map(({ key, reason }) => `${key} stays: ${reason}.`),
    ...(ended ? [] : ["They stay under errors/ until these hours have been started and the command is run once more."]),
  ];
}
