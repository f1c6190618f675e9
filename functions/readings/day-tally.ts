/** Counts what a local day was made of, and remembers each channel's first and last readings for the edges. */
import type { DayManifest } from "../lake/manifest";
import { type ReadingRecord, type Records, readingFields } from "./record";

type ChannelEntry = DayManifest["channels"][number];

/** Starts the account of a day. Records must come in file order. */
export function makeDayTally(siteDay: string, records: Records) {
  const importCounter = readingFields.indexOf("import_counter_wh");
  const exportCounter = readingFields.indexOf("export_counter_wh");
  const power = readingFields.indexOf("power_w");
  const totals = { readings: 0, merged: 0, duplicates: 0, conflicts: 0 };
  const channels: ChannelEntry[] = [];

  /** The channel at hand; only its latest rows are kept, as records, and made into text when it ends. */
  let open: { entry: ChannelEntry; last: ReadingRecord; lastPower: ReadingRecord | undefined } | undefined;
  let importWh: number | undefined;
  let exportWh: number | undefined;
  let importAtPower: number | undefined;
  let exportAtPower: number | undefined;

  /** A row as the daily file has it, with the counters known by then. */
  function row(record: ReadingRecord, counters: { importWh: number | undefined; exportWh: number | undefined }) {
    const values = [...record.values];
    values[importCounter] ??= counters.importWh;
    values[exportCounter] ??= counters.exportWh;
    const reading: ChannelEntry["first"] = JSON.parse(records.toDailyLine({ ...record, values }));
    return reading;
  }

  function closeChannel(): void {
    if (!open) return;
    open.entry.last = row(open.last, { importWh, exportWh });
    open.entry.last_power = open.lastPower
      ? row(open.lastPower, { importWh: importAtPower, exportWh: exportAtPower })
      : null;
    channels.push(open.entry);
    open = undefined;
  }

  function openChannel(record: ReadingRecord) {
    closeChannel();
    importWh = exportWh = importAtPower = exportAtPower = undefined;
    const first = row(record, { importWh, exportWh });
    const { device, channel } = record;
    const entry: ChannelEntry = {
      device,
      channel,
      readings: 0,
      duplicates: 0,
      conflicts: 0,
      first,
      first_power: null,
      last: first,
      last_power: null,
    };
    open = { entry, last: record, lastPower: undefined };
    return open;
  }

  return {
    add(record: ReadingRecord): void {
      const current =
        open && open.entry.device === record.device && open.entry.channel === record.channel
          ? open
          : openChannel(record);
      const { merged, duplicates } = records.account(record);
      totals.readings++;
      totals.merged += merged;
      totals.duplicates += duplicates;
      current.entry.readings++;
      current.entry.duplicates += duplicates;
      if (record.conflicts) {
        totals.conflicts++;
        current.entry.conflicts++;
      }
      importWh = record.values[importCounter] ?? importWh;
      exportWh = record.values[exportCounter] ?? exportWh;
      current.last = record;
      if (record.values[power] !== undefined) {
        importAtPower = importWh;
        exportAtPower = exportWh;
        current.entry.first_power ??= row(record, { importWh, exportWh });
        current.lastPower = record;
      }
    },
    /** The day's counts and channels. Throws where messages are unaccounted for. */
    close(messages: number, carried: number) {
      closeChannel();
      const accounted = totals.readings + totals.merged + totals.duplicates;
      if (messages + carried !== accounted) {
        throw new Error(
          `compile-day ${siteDay}: ${messages} messages and ${carried} carried readings but ${accounted} accounted for ` +
            `(${totals.readings} readings, ${totals.merged} merged, ${totals.duplicates} duplicates)`,
        );
      }
      return { ...totals, channels };
    },
  };
}
