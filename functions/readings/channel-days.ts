/** On which days the channels of a site have readings, and what these tell: the nearest one is found without opening a day. */
import type { DayManifest } from "../lake/manifest";

/** What the readings of a channel's day may tell, beyond that there are some. */
export const toldOf = ["power", "import_counter_wh", "export_counter_wh"] as const;
export type Told = (typeof toldOf)[number];

export interface Channel {
  device: string;
  channel: number;
}

/** A day of a site, as far as looking for the nearest one goes. */
export interface IndexedDay {
  date: string;
  channels: (Channel & { tells: Told[] })[];
}

/** What a day's manifest says of its channels. */
export function indexedDay(date: string, { channels }: DayManifest): IndexedDay {
  return {
    date,
    channels: channels.map(({ device, channel, last, last_power }) => ({
      device,
      channel,
      tells: toldOf.filter((told) => (told === "power" ? last_power !== null : last[told] !== undefined)),
    })),
  };
}

/** Makes the look-up of a site's days; they may come in any order, each once. */
export function makeChannelDays(days: readonly IndexedDay[]) {
  const lists = new Map<string, string[]>();
  const nameOf = ({ device, channel }: Channel, told?: Told) => JSON.stringify([device, channel, told]);
  const meterOf = ({ device }: Channel) => JSON.stringify([device]);
  for (const { date, channels } of days) {
    const names = new Set(channels.map(meterOf));
    for (const { tells, ...channel } of channels) {
      names.add(nameOf(channel));
      for (const told of tells) names.add(nameOf(channel, told));
    }
    for (const name of names) {
      const list = lists.get(name) ?? [];
      list.push(date);
      lists.set(name, list);
    }
  }
  for (const list of lists.values()) list.sort();
  const listOf = (name: string) => lists.get(name) ?? [];

  /** The first place in a sorted list that is not before a date. */
  function placeOf(list: readonly string[], date: string): number {
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle] as string) < date) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  const isIn = (list: readonly string[], date: string) => list[placeOf(list, date)] === date;

  return {
    /** Whether a channel has readings on a day. */
    has: (channel: Channel, date: string): boolean => isIn(listOf(nameOf(channel)), date),
    /** Whether its meter has, of any channel. */
    meterHas: (channel: Channel, date: string): boolean => isIn(listOf(meterOf(channel)), date),
    /** The nearest day after a date (or, -1, before it) on which a channel has readings, or readings that tell something. */
    nearest(channel: Channel, date: string, step: 1 | -1, told?: Told): string | undefined {
      const list = listOf(nameOf(channel, told));
      const place = placeOf(list, date);
      return list[step < 0 ? place - 1 : list[place] === date ? place + 1 : place];
    },
    /** The first day of a channel, and the last one of its meter. */
    ends: (channel: Channel): { first: string | undefined; last: string | undefined } => ({
      first: listOf(nameOf(channel))[0],
      last: listOf(meterOf(channel)).at(-1),
    }),
  };
}

export type ChannelDays = ReturnType<typeof makeChannelDays>;
