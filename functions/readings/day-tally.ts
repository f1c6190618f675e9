/** Counts what a local day was made of, and remembers each channel's first and last readings for the edges. */
import type { DayManifest } from "../lake/manifest";
import type { RowBlock, Rows } from "./rows";

type ChannelEntry = DayManifest["channels"][number];

type Counters = { import_counter_wh?: number; export_counter_wh?: number };

/** Starts the account of a day. Rows must come in file order. */
export function makeDayTally(siteDay: string, rows: Rows) {
  const { width, account, channelOf, copy, value, tellsPower, toReading } = rows;
  const { isNaN: isUnknown } = Number;
  const totals = { readings: 0, merged: 0, duplicates: 0, conflicts: 0 };
  const channels: ChannelEntry[] = [];

  /** The channel at hand. Its latest rows are kept as they are and made into text when it ends. */
  let entry: ChannelEntry | undefined;
  const last = new Float64Array(width);
  const lastPower = new Float64Array(width);
  let counters: Counters = {};
  let countersAtPower: Counters = {};

  /** A row as the daily file has it, with the counters known by then. */
  function reading(block: RowBlock, at: number, known: Counters): ChannelEntry["first"] {
    return { ...toReading(block, at), ...known };
  }

  function noteCounters(block: RowBlock, at: number): void {
    const imported = value(block, at, "import_counter_wh");
    const exported = value(block, at, "export_counter_wh");
    if (!isUnknown(imported) && imported !== counters.import_counter_wh)
      counters = { ...counters, import_counter_wh: imported };
    if (!isUnknown(exported) && exported !== counters.export_counter_wh)
      counters = { ...counters, export_counter_wh: exported };
  }

  function closeChannel(): void {
    if (!entry) return;
    entry.last = reading(last, 0, counters);
    if (entry.first_power) entry.last_power = reading(lastPower, 0, countersAtPower);
    channels.push(entry);
    entry = undefined;
  }

  function openChannel(block: RowBlock, at: number): ChannelEntry {
    closeChannel();
    const { device, channel } = channelOf(block, at);
    counters = {};
    noteCounters(block, at);
    const first = reading(block, at, counters);
    return {
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
  }

  return {
    add(block: RowBlock, at: number): void {
      const { device, channel } = channelOf(block, at);
      if (!entry || entry.device !== device || entry.channel !== channel) entry = openChannel(block, at);
      const { merged, duplicates, conflict } = account(block, at);
      totals.readings++;
      totals.merged += merged;
      totals.duplicates += duplicates;
      entry.readings++;
      entry.duplicates += duplicates;
      if (conflict) {
        totals.conflicts++;
        entry.conflicts++;
      }
      noteCounters(block, at);
      copy(block, at, last, 0);
      if (!tellsPower(block, at)) return;
      entry.first_power ??= reading(block, at, counters);
      copy(block, at, lastPower, 0);
      countersAtPower = counters;
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
