/** A reading: what is known of one channel at one instant. */

/** The measured fields, in the order in which they are written. Units are in the names; power is signed, + = import. */
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

/**
 * How far from zero a measurement may be: far beyond any meter, and near enough that no sum of a view overflows, which would
 * end every query of the day. A power factor has its own bounds.
 */
export const readingBounds: Readonly<Record<ReadingField, number>> = {
  power_w: 1e10,
  reactive_power_var: 1e10,
  voltage_v: 1e6,
  current_a: 1e6,
  power_factor: 1,
  frequency_hz: 1e4,
  import_counter_wh: 1e13,
  export_counter_wh: 1e13,
};

/**
 * What is known of a channel; unknown fields are left out. `power_unknown` stands in place of `power_w` where the meter
 * says that it does not know its power: from there on nobody does, until a reading tells it again.
 */
export type MeasuredFields = { power_unknown?: true } & { [field in ReadingField]?: number };

/** What a line may tell of a channel, in the order in which it is written. */
export const lineFields = ["power_unknown", ...readingFields] as const;

/** A line of a daily file. `ts` is a UTC instant as ISO 8601 with milliseconds. */
export type Reading = { ts: string; device: string; channel: number; edge?: "before" | "after" } & MeasuredFields;

/** What one message tells of one channel: values by position in `readingFields`. Times are milliseconds since the epoch. */
export interface Measurement {
  device: string;
  channel: number;
  ts: number;
  /** When it arrived. */
  received: number;
  /** One of `messageKinds`, or the bit of a Gen1 topic's field. */
  kind: number;
  fields: number[];
  values: number[];
  /** The meter says that it does not know its power; `fields` does not have it then. */
  power_unknown?: true;
}

/**
 * Kinds of message, as bits: two messages of one kind for one instant are duplicates, of two kinds are merged.
 * A Gen1 topic is its field's own bit; then come the two components of Gen2+, and what an earlier daily file held.
 */
export const messageKinds = { status: 1 << 8, counters: 1 << 9, carried: 1 << 10 } as const;
