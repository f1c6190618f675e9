/**
 * Readings in the making, as rows of numbers in one block of memory, so that a million of them cost no garbage.
 *
 * Rows of one channel and instant merge field by field: the latest arrival wins, a tie goes to the smaller value. That
 * is a maximum in a total order, hence associative and commutative: neither the order, nor the duplication, nor the
 * split of deliveries shows in the result. Power that the meter says it does not know is smaller than any value.
 */
import {
  type MeasuredFields,
  type Measurement,
  messageKinds,
  type Reading,
  type ReadingField,
  readingFields,
} from "./reading";

/** A block of rows; row `n` starts at `n * width`. */
export type RowBlock = Float64Array;

/** What can be done with rows, as a factory: a callback calls it once and keeps its inner loops out of the captured scope. */
export function makeRows() {
  const fields: readonly ReadingField[] = readingFields;
  const count = fields.length;
  const { parse, stringify } = JSON;
  /** What nobody has told, and power that the meter says it does not know: in the block only, never in a line. */
  const { NaN: unknown, NEGATIVE_INFINITY: toldUnknown, isNaN: isUnknown } = Number;
  const power = fields.indexOf("power_w");
  const Instant = Date;
  /** A global by a name of the factory's own, see docs/architecture.md, The serialized callbacks. */
  const absent = undefined;
  const { carried } = messageKinds;

  // Columns: the channel's number, instant, messages, bits of kinds, bits of fields in conflict, values, their arrivals.
  const channelAt = 0;
  const tsAt = 1;
  const messagesAt = 2;
  const kindsAt = 3;
  const conflictsAt = 4;
  const valuesAt = 5;
  const arrivalsAt = valuesAt + count;
  const width = arrivalsAt + count;

  /** A channel, and the group it is sorted under: the site-day while an hour is collected, none within a day. */
  interface Channel {
    group: string;
    device: string;
    channel: number;
  }
  const channels: Channel[] = [];
  const groups = new Map<string, Map<string, Map<number, number>>>();

  /** The number of a channel: the same one for the same channel, in order of first use. */
  function numberOf(group: string, device: string, channel: number): number {
    const known = groups.get(group)?.get(device)?.get(channel);
    if (known !== absent) return known;
    const number = channels.push({ group, device, channel }) - 1;
    const devices = groups.get(group) ?? new Map<string, Map<number, number>>();
    const numbers = devices.get(device) ?? new Map<number, number>();
    groups.set(group, devices.set(device, numbers.set(channel, number)));
    return number;
  }

  const channelOf = (block: RowBlock, at: number) => channels[block[at + channelAt] as number] as Channel;

  /** Order of files: group and device (UTF-16 code units), then channel. */
  function compareChannels(a: number, b: number): number {
    if (a === b) return 0;
    const left = channels[a] as Channel;
    const right = channels[b] as Channel;
    if (left.group !== right.group) return left.group < right.group ? -1 : 1;
    if (left.device !== right.device) return left.device < right.device ? -1 : 1;
    return left.channel - right.channel;
  }

  /** Order of every staged and daily file: channel, then instant. */
  function compare(a: RowBlock, i: number, b: RowBlock, j: number): number {
    return (
      compareChannels(a[i + channelAt] as number, b[j + channelAt] as number) ||
      (a[i + tsAt] as number) - (b[j + tsAt] as number)
    );
  }

  function clear(block: RowBlock, at: number, channel: number, ts: number, messages: number, kinds: number): void {
    block[at + channelAt] = channel;
    block[at + tsAt] = ts;
    block[at + messagesAt] = messages;
    block[at + kindsAt] = kinds;
    block[at + conflictsAt] = 0;
    for (let i = 0; i < count; i++) {
      block[at + valuesAt + i] = unknown;
      block[at + arrivalsAt + i] = 0;
    }
  }

  /** Writes a message as a row of a group. */
  function write(block: RowBlock, at: number, group: string, message: Measurement): void {
    clear(block, at, numberOf(group, message.device, message.channel), message.ts, 1, message.kind);
    for (let i = 0; i < message.fields.length; i++) {
      const field = message.fields[i] as number;
      block[at + valuesAt + field] = message.values[i] as number;
      block[at + arrivalsAt + field] = message.received;
    }
    if (message.power_unknown) writePowerUnknown(block, at, message.received);
  }

  function writePowerUnknown(block: RowBlock, at: number, arrival: number): void {
    block[at + valuesAt + power] = toldUnknown;
    block[at + arrivalsAt + power] = arrival;
  }

  function copy(from: RowBlock, at: number, to: RowBlock, toAt: number): void {
    for (let i = 0; i < width; i++) to[toAt + i] = from[at + i] as number;
  }

  /** Merges a row into another one of the same channel and instant. */
  function absorb(into: RowBlock, at: number, block: RowBlock, from: number): void {
    for (let i = 0; i < count; i++) {
      const theirs = block[from + valuesAt + i] as number;
      if (isUnknown(theirs)) continue;
      const ours = into[at + valuesAt + i] as number;
      const theirArrival = block[from + arrivalsAt + i] as number;
      const ourArrival = into[at + arrivalsAt + i] as number;
      const absent = isUnknown(ours);
      if (!absent && ours !== theirs) into[at + conflictsAt] = (into[at + conflictsAt] as number) | (1 << i);
      if (absent || theirArrival > ourArrival || (theirArrival === ourArrival && theirs < ours)) {
        into[at + valuesAt + i] = theirs;
        into[at + arrivalsAt + i] = theirArrival;
      }
    }
    into[at + messagesAt] = (into[at + messagesAt] as number) + (block[from + messagesAt] as number);
    into[at + kindsAt] = (into[at + kindsAt] as number) | (block[from + kindsAt] as number);
    into[at + conflictsAt] = (into[at + conflictsAt] as number) | (block[from + conflictsAt] as number);
  }

  /** What a row was made of: `messages` = 1 reading + `merged` + `duplicates`. */
  function account(block: RowBlock, at: number) {
    let kinds = 0;
    for (let bits = block[at + kindsAt] as number; bits; bits &= bits - 1) kinds++;
    const messages = block[at + messagesAt] as number;
    return { messages, merged: kinds - 1, duplicates: messages - kinds, conflict: block[at + conflictsAt] !== 0 };
  }

  /** Whether the row tells what power is, be it that the meter does not know it. */
  const tellsPower = (block: RowBlock, at: number) => !isUnknown(block[at + valuesAt + power] as number);

  /** A field's value; NaN where it is unknown. */
  const value = (block: RowBlock, at: number, field: ReadingField) =>
    block[at + valuesAt + fields.indexOf(field)] as number;

  function valuesJson(block: RowBlock, at: number): string {
    let json = "";
    for (let i = 0; i < count; i++) {
      const known = block[at + valuesAt + i] as number;
      if (known === toldUnknown) json += `,"power_unknown":true`;
      else if (!isUnknown(known)) json += `,"${fields[i]}":${known}`;
    }
    return json;
  }

  /** The start of a line up to its values, per channel: devices repeat, their JSON text need not be made anew. */
  const heads: string[] = [];
  function headJson(block: RowBlock, at: number): string {
    const number = block[at + channelAt] as number;
    const { device, channel } = channelOf(block, at);
    heads[number] ??= `"device":${stringify(device)},"channel":${channel}`;
    return heads[number];
  }

  /** A line of a staged file: all that merging needs; `age_ms` is how much earlier than `received_ms` a value arrived. */
  function toStagedLine(block: RowBlock, at: number): string {
    let received = 0;
    for (let i = 0; i < count; i++) {
      const arrival = block[at + arrivalsAt + i] as number;
      if (arrival > received) received = arrival;
    }
    let ages = "";
    for (let i = 0; i < count; i++) {
      const known = block[at + valuesAt + i] as number;
      const age = received - (block[at + arrivalsAt + i] as number);
      if (!isUnknown(known) && age !== 0) ages += `${ages ? "," : ""}"${fields[i]}":${age}`;
    }
    const conflicts = block[at + conflictsAt] as number;
    return `{${headJson(block, at)},"ts":${block[at + tsAt]},"received_ms":${received}${valuesJson(block, at)}${
      ages ? `,"age_ms":{${ages}}` : ""
    },"messages":${block[at + messagesAt]},"kinds":${block[at + kindsAt]}${conflicts ? `,"conflicts":${conflicts}` : ""}}`;
  }

  type StagedLine = {
    device: string;
    channel: number;
    ts: number;
    received_ms: number;
    messages: number;
    kinds: number;
  } & {
    conflicts?: number;
    age_ms?: MeasuredFields;
  } & MeasuredFields;

  function writeFields(
    block: RowBlock,
    at: number,
    line: MeasuredFields,
    received: number,
    ages: MeasuredFields | undefined,
  ): void {
    for (let i = 0; i < count; i++) {
      const known = line[fields[i] as ReadingField];
      if (known === absent) continue;
      block[at + valuesAt + i] = known;
      block[at + arrivalsAt + i] = received - (ages?.[fields[i] as ReadingField] ?? 0);
    }
    if (line.power_unknown) writePowerUnknown(block, at, received - (ages?.power_w ?? 0));
  }

  /** The inverse of `toStagedLine`. Staged and daily files are wattlake's own: their shape is trusted. */
  function fromStagedLine(text: string, block: RowBlock, at: number): void {
    const line: StagedLine = parse(text);
    clear(block, at, numberOf("", line.device, line.channel), line.ts, line.messages, line.kinds);
    block[at + conflictsAt] = line.conflicts ?? 0;
    writeFields(block, at, line, line.received_ms, line.age_ms);
  }

  /** A line of an earlier daily file, as the oldest arrival there can be. */
  function fromDailyLine(text: string, block: RowBlock, at: number): void {
    const line: Reading = parse(text);
    clear(block, at, numberOf("", line.device, line.channel), Instant.parse(line.ts), 1, carried);
    writeFields(block, at, line, 0, absent);
  }

  const instantText = (block: RowBlock, at: number) => new Instant(block[at + tsAt] as number).toISOString();

  /** A line of a daily file. */
  function toDailyLine(block: RowBlock, at: number): string {
    return `{"ts":"${instantText(block, at)}",${headJson(block, at)}${valuesJson(block, at)}}`;
  }

  /** A row as a line of a daily file reads back. */
  function toReading(block: RowBlock, at: number): Reading {
    const { device, channel } = channelOf(block, at);
    const reading: Reading = { ts: instantText(block, at), device, channel };
    for (let i = 0; i < count; i++) {
      const known = block[at + valuesAt + i] as number;
      if (known === toldUnknown) reading.power_unknown = true;
      else if (!isUnknown(known)) reading[fields[i] as ReadingField] = known;
    }
    return reading;
  }

  return {
    width,
    channelOf,
    compareChannels,
    compare,
    write,
    copy,
    absorb,
    account,
    value,
    tellsPower,
    toStagedLine,
    fromStagedLine,
    fromDailyLine,
    toDailyLine,
    toReading,
    instant: (block: RowBlock, at: number) => block[at + tsAt] as number,
    channelNumber: (block: RowBlock, at: number) => block[at + channelAt] as number,
  };
}

export type Rows = ReturnType<typeof makeRows>;
