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

export type MeasuredFields = { [field in ReadingField]?: number };

/** A line of a daily file. `ts` is a UTC instant as ISO 8601 with milliseconds; unknown fields are left out. */
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
}

/**
 * Kinds of message, as bits: two messages of one kind for one instant are duplicates, of two kinds are merged.
 * A Gen1 topic is its field's own bit; then come the two components of Gen2+, and what an earlier daily file held.
 */
export const messageKinds = { status: 1 << 8, counters: 1 << 9, carried: 1 << 10 } as const;
