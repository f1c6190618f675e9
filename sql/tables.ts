/**
 * The tables that the views stand on: external tables over the mirrored lake, and the table of the live path. Files are
 * JSON Lines; the hive keys are in the path and never in the file. Times are UTC instants, energy counters Wh.
 */
import { rolesInWords } from "../configuration/roles";
import { prefixes, referenceKeys } from "../functions/lake/keys";
import { type Column, column, records } from "./columns";
import { tariffTables } from "./tariff-tables";

export { type Column, type ColumnType, columnTypes } from "./columns";

/** An external table: `uris` are relative to the mirror bucket, each with at most one `*`, which spans folders. */
export interface ExternalTable {
  readonly name: string;
  readonly description: string;
  readonly uris: readonly string[];
  /** Partition keys in the order of the path, after `prefix`. */
  readonly hive?: { readonly prefix: string; readonly keys: readonly Column[] };
  readonly columns: readonly Column[];
}

/** A table that BigQuery keeps itself, partitioned by a DATE column. */
export interface NativeTable {
  readonly name: string;
  readonly description: string;
  /** A partition is dropped `expirationDays` after the first instant of its date, UTC; without them it is kept. */
  readonly partition: { readonly column: string; readonly expirationDays?: number };
  /** Columns by which the rows of a partition lie together. */
  readonly clustering?: readonly string[];
  readonly columns: readonly Column[];
}

const siteDay = [
  column("site", "STRING", "The site, an id of the stack configuration."),
  column("date", "DATE", "Calendar day in the site's own time zone (23, 24 or 25 hours)."),
];

const meterKey = [
  column("device", "STRING", "The meter's id (its MQTT and thing name)."),
  column("channel", "INT64", "Index of the measuring channel, from 0."),
];

const reading = [
  column("ts", "TIMESTAMP", "Instant of the reading, UTC."),
  ...meterKey,
  column("power_w", "FLOAT64", "Active power, W; positive is import from the grid."),
  column(
    "power_unknown",
    "BOOL",
    "TRUE where the meter says that it does not know its power any more; otherwise NULL.",
  ),
  column("reactive_power_var", "FLOAT64", "Reactive power, var."),
  column("voltage_v", "FLOAT64", "Voltage, V."),
  column("current_a", "FLOAT64", "Current, A."),
  column("power_factor", "FLOAT64", "Power factor, -1 to 1."),
  column("frequency_hz", "FLOAT64", "Mains frequency, Hz."),
  column("import_counter_wh", "FLOAT64", "The meter's own import counter, Wh."),
  column("export_counter_wh", "FLOAT64", "The meter's own export counter, Wh."),
];

const dailyFiles: ExternalTable = {
  name: "daily_files",
  description: "The record: the readings of each local day and, with edge set, the nearest readings around the day.",
  uris: [`${prefixes.daily}*.jsonl.gz`],
  hive: { prefix: prefixes.daily, keys: siteDay },
  columns: [
    ...reading,
    column("edge", "STRING", "before or after on the nearest readings outside the day; NULL on the day's own."),
  ],
};

const dayManifests: ExternalTable = {
  name: "day_manifests",
  description: "What the compilation of each local day read and wrote.",
  uris: [`${prefixes.manifests}days/*.jsonl`],
  hive: { prefix: `${prefixes.manifests}days/`, keys: siteDay },
  columns: [
    column("messages", "INT64", "Messages that went into the day."),
    column("readings", "INT64", "Readings that came out."),
    column("merged", "INT64", "Messages merged into a reading of the same device, channel and instant."),
    column("duplicates", "INT64", "Messages that repeated a known value."),
    column("conflicts", "INT64", "Messages that contradicted a known value of the same instant."),
    column("carried", "INT64", "Readings taken over from the former version of the day."),
    records("channels", "The same per channel.", [
      ...meterKey,
      column("readings", "INT64", "Readings that came out."),
      column("duplicates", "INT64", "Messages that repeated a known value."),
      column("conflicts", "INT64", "Messages that contradicted a known value of the same instant."),
    ]),
  ],
};

const hourManifests: ExternalTable = {
  name: "hour_manifests",
  description:
    "What became of the messages of each arrival hour: messages + fanned_out = staged + merged + duplicates + quarantined + ignored.",
  uris: [`${prefixes.manifests}hours/*.json`],
  hive: { prefix: `${prefixes.manifests}hours/`, keys: [column("date", "DATE", "UTC day of arrival.")] },
  columns: [
    column("hour", "STRING", "Hour of arrival, UTC, as 2025-06-01T13."),
    column("messages", "INT64", "Messages that arrived."),
    column("fanned_out", "INT64", "Parts beyond the first of messages that tell of several channels or components."),
    column("staged", "INT64", "Readings."),
    column("merged", "INT64", "Messages merged into a reading of the same instant."),
    column("duplicates", "INT64", "Messages that a reading had already."),
    column("quarantined", "INT64", "Messages that were not understood."),
    records("ignored", "Messages that tell nothing of a configured channel, by reason.", [
      column("reason", "STRING", "Why they were not used."),
      column("messages", "INT64", "Messages ignored."),
    ]),
    records("quarantine", "Messages that were set aside, by origin and reason.", [
      column("site", "STRING", "The site; NULL where the message does not tell."),
      column("device", "STRING", "The meter's id; NULL where the message does not tell."),
      column("reason", "STRING", "Why it was not understood."),
      column("messages", "INT64", "Messages set aside."),
    ]),
    records("examples", "Of each reason how the first message begins.", [
      column("reason", "STRING", "Why it was not used or not understood."),
      column("line", "STRING", "How the line of the lake begins; the key of an object that cannot be read."),
    ]),
  ],
};

const meters: ExternalTable = {
  name: "meters",
  description: "The registry of sites, meters and channels as the stack configuration has them; a row a channel.",
  uris: [referenceKeys.meters],
  columns: [
    column("number", "INT64", "The channel's number among all channels; it holds within a query only."),
    column("site", "STRING", "The site, an id of the stack configuration."),
    column("timezone", "STRING", "IANA time zone of the site."),
    column("currency", "STRING", "Currency of the site's tariff, ISO 4217."),
    column("netting", "STRING", "How grid channels are netted before import and export are split."),
    ...meterKey,
    column("model", "STRING", "Model of the meter."),
    column("generation", "INT64", "Shelly generation: 1 reports bare values, 2 and later report only what changed."),
    column("connection", "STRING", "bridge or direct."),
    column("integration", "STRING", "hold or trapezoid: how power behaves between two readings."),
    column("max_gap_s", "FLOAT64", "A longer time between two readings is a gap, s."),
    column("channel_name", "STRING", "Name of the channel."),
    column("role", "STRING", `${rolesInWords}.`),
    column("max_power_w", "FLOAT64", "The most that the connection can carry, W."),
    column("in_place_from", "TIMESTAMP", "Before it the channel was not in place; NULL where it always was."),
    column(
      "certain_from",
      "TIMESTAMP",
      "From then on it was in place for certain: later than that where a day was named.",
    ),
    column("certain_until", "TIMESTAMP", "Until then it was in place for certain; NULL where it still is."),
    column("in_place_until", "TIMESTAMP", "From then on it is gone: later than that where a day was named."),
  ],
};

const zoneDays: ExternalTable = {
  name: "zone_days",
  description: "The local days of each time zone that has sites, with their first and last instant.",
  uris: [referenceKeys.zoneDays],
  columns: [
    column("timezone", "STRING", "IANA time zone."),
    column("date", "DATE", "Calendar day in this time zone (23, 24 or 25 hours)."),
    column("day_start", "TIMESTAMP", "First instant of the local day, UTC."),
    column("day_end", "TIMESTAMP", "First instant of the next local day, UTC."),
  ],
};

export const liveReadings = {
  name: "live_readings",
  description: "What the meters sent in the last days, a row a message and channel, seconds after it was sent.",
  partition: { column: "date", expirationDays: 3 },
  columns: [...siteDay, ...reading, column("received", "TIMESTAMP", "Arrival of the message, UTC.")],
} satisfies NativeTable;

/** Only with the live path. */
export const nativeTables: readonly NativeTable[] = [liveReadings];

export const tables: readonly ExternalTable[] = [
  dailyFiles,
  dayManifests,
  hourManifests,
  meters,
  zoneDays,
  ...tariffTables,
];
