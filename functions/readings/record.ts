/**
 * What is known of one channel at one instant, while messages are still being merged into it.
 *
 * Merging is field by field: the latest arrival wins, a tie goes to the smaller value. It is associative and
 * commutative, so neither the order, nor the duplication, nor the split of deliveries shows in the result.
 */

/** The measured fields of a reading, in the order in which they are written. Units are in the names; power is signed, + = import. */
export const readingFields = [
  "power_w",
  "reactive_power_var",
  "voltage_v",
  "current_a",
  "power_factor",
  "frequency_hz",
  "import_counter_wh",
  "export_counter_wh",
] as const;

export type ReadingField = (typeof readingFields)[number];

/** A line of a daily file. `ts` is a UTC instant as ISO 8601 with milliseconds; unknown fields are left out. */
export type Reading = { ts: string; device: string; channel: number; edge?: "before" | "after" } & {
  [field in ReadingField]?: number;
};

/** A reading in the making. Times are milliseconds since the epoch, UTC. */
export interface ReadingRecord {
  device: string;
  channel: number;
  ts: number;
  /** Arrival of the latest message in it. */
  received: number;
  /** Values by position in `readingFields`. */
  values: (number | undefined)[];
  /** Arrival of each value, where it is not `received` for all of them. */
  arrivals: number[] | undefined;
  /** How many messages it was made from. */
  messages: number;
  /** Bits of the kinds of message in it: two messages of one kind are duplicates, of two kinds are merged. */
  kinds: number;
  /** Bits of the fields for which messages disagreed. */
  conflicts: number;
}

/** Kinds of message: a Gen1 topic is its field's own bit, then the two components of Gen2+, then what an earlier daily file held. */
export const messageKinds = { status: 1 << 8, counters: 1 << 9, carried: 1 << 10 } as const;

/** The functions on records, as a factory: a callback calls it once and keeps its inner loops out of the captured scope. */
export function makeRecords() {
  const fields: readonly ReadingField[] = readingFields;
  const width = fields.length;
  const { parse, stringify } = JSON;
  const { max } = Math;
  const { carried } = messageKinds;

  /** Order of every staged and daily file: device (UTF-16 code units), channel, instant. */
  function compare(a: ReadingRecord, b: ReadingRecord): number {
    if (a.device !== b.device) return a.device < b.device ? -1 : 1;
    return a.channel - b.channel || a.ts - b.ts;
  }

  /** Merges `b` into `a`, both of the same channel and instant. */
  function absorb(a: ReadingRecord, b: ReadingRecord): void {
    const received = max(a.received, b.received);
    let arrivals: number[] | undefined;
    for (let i = 0; i < width; i++) {
      const va = a.values[i];
      const vb = b.values[i];
      if (va === undefined && vb === undefined) continue;
      const ra = a.arrivals?.[i] ?? a.received;
      const rb = b.arrivals?.[i] ?? b.received;
      const takeB = va === undefined || (vb !== undefined && (rb > ra || (rb === ra && vb < va)));
      if (va !== undefined && vb !== undefined && va !== vb) a.conflicts |= 1 << i;
      const arrival = takeB ? rb : ra;
      if (takeB) a.values[i] = vb;
      if (arrival !== received) {
        arrivals ??= fields.map(() => received);
        arrivals[i] = arrival;
      }
    }
    a.arrivals = arrivals;
    a.received = received;
    a.messages += b.messages;
    a.kinds |= b.kinds;
    a.conflicts |= b.conflicts;
  }

  /** Messages in a record = 1 reading + merged + duplicates. */
  function account(record: ReadingRecord): { merged: number; duplicates: number } {
    let kinds = 0;
    for (let bits = record.kinds; bits; bits &= bits - 1) kinds++;
    return { merged: kinds - 1, duplicates: record.messages - kinds };
  }

  function valuesJson(record: ReadingRecord): string {
    let json = "";
    for (let i = 0; i < width; i++) {
      const value = record.values[i];
      if (value !== undefined) json += `,"${fields[i]}":${value}`;
    }
    return json;
  }

  /** A line of a staged file: everything that merging needs, with each late field's distance from `received_ms`. */
  function toStagedLine(record: ReadingRecord): string {
    const { arrivals, received } = record;
    let ages = "";
    if (arrivals) {
      for (let i = 0; i < width; i++) {
        const age = received - (arrivals[i] ?? received);
        if (age !== 0 && record.values[i] !== undefined) ages += `${ages ? "," : ""}"${fields[i]}":${age}`;
      }
    }
    return `{"device":${stringify(record.device)},"channel":${record.channel},"ts":${record.ts},"received_ms":${received}${valuesJson(record)}${
      ages ? `,"age_ms":{${ages}}` : ""
    },"messages":${record.messages},"kinds":${record.kinds}${record.conflicts ? `,"conflicts":${record.conflicts}` : ""}}`;
  }

  function valuesOf(line: { [field in ReadingField]?: number }): (number | undefined)[] {
    const values: (number | undefined)[] = [];
    for (let i = 0; i < width; i++) values.push(line[fields[i] as ReadingField]);
    return values;
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
    age_ms?: { [field in ReadingField]?: number };
  } & { [field in ReadingField]?: number };

  /** The inverse of `toStagedLine`; staged files are wattlake's own, so their shape is trusted. */
  function fromStagedLine(text: string): ReadingRecord {
    const line: StagedLine = parse(text);
    const ages = line.age_ms;
    return {
      device: line.device,
      channel: line.channel,
      ts: line.ts,
      received: line.received_ms,
      values: valuesOf(line),
      arrivals: ages && fields.map((field) => line.received_ms - (ages[field] ?? 0)),
      messages: line.messages,
      kinds: line.kinds,
      conflicts: line.conflicts ?? 0,
    };
  }

  /** A line of an earlier daily file, as the oldest arrival there can be. */
  function fromDailyLine(text: string): ReadingRecord {
    const line: Reading = parse(text);
    return {
      device: line.device,
      channel: line.channel,
      ts: Date.parse(line.ts),
      received: 0,
      values: valuesOf(line),
      arrivals: undefined,
      messages: 1,
      kinds: carried,
      conflicts: 0,
    };
  }

  /** A line of a daily file. */
  function toDailyLine(record: ReadingRecord): string {
    return `{"ts":"${new Date(record.ts).toISOString()}","device":${stringify(record.device)},"channel":${record.channel}${valuesJson(record)}}`;
  }

  return { compare, absorb, account, toStagedLine, fromStagedLine, fromDailyLine, toDailyLine };
}

export type Records = ReturnType<typeof makeRecords>;
