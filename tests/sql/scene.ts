/**
 * A scene of small meters for tests of the rules: each test describes its own meter and readings; all are laid out in one
 * lake and evaluated once on both engines, which must agree.
 */
import type { ChannelRole } from "../../configuration/roles";
import type { PlaceTexts } from "../../configuration/time-in-place";
import type { Reading } from "../../functions/readings/reading";
import type { Row } from "../../local/google/duckdb/rows";
import { type Engines, openEngines } from "./engines";
import { type Lake, layOut, stackConfig, type Tariffs } from "./lake";
import type { PlainRow } from "./zetasql-values";

/**
 * `[seconds since the scene's start, power W or null, import counter Wh, export counter Wh]`; what is missing is unknown.
 * Power `unknown` is a meter that says so, which lasts.
 */
export type Sample = readonly [
  seconds: number,
  power: number | "unknown" | null,
  imported?: number | null,
  exported?: number | null,
];

export interface SceneMeter {
  readonly model?: string;
  readonly integration?: "hold" | "trapezoid";
  readonly maxGap?: string;
  readonly timezone?: string;
  readonly netting?: "sum" | "per_channel";
  /** Roles of the channels, in order. @default one grid channel */
  readonly roles?: readonly ChannelRole[];
  /** The most that each channel's connection can carry, W. @default what the model's clamp measures */
  readonly maxPower?: number;
  /** When each channel was in place. @default always */
  readonly places?: readonly PlaceTexts[];
  /** Readings of each channel, in order; or of the first one. */
  readonly samples: readonly Sample[] | readonly (readonly Sample[])[];
  /** What energy costs at its site; the rows' site is the scene's. @default nothing */
  readonly tariffs?: Tariffs;
}

/** The rows of one meter in a view. */
export type RowsOf = (view: string) => readonly Row[];

const orders: Readonly<Record<string, string>> = {
  power_energy: "slot_start, channel",
  counter_energy: "slot_start, channel",
  energy_slots: "slot_start, channel",
  site_slots: "slot_start",
  energy_hourly: "hour_start, channel",
  energy_daily: "date, channel",
  energy_monthly: "month, channel",
  site_hourly: "hour_start",
  site_daily: "date",
  tariff_slots: "plan, component, slot_start",
  cost_slots: "plan, component, slot_start",
  tariff_comparison: "plan, period_start",
  peak_demand: "month, interval_minutes",
  base_load_daily: "date",
  load_profile: "month, weekday, quarter",
  period_comparison: "month",
  shift_savings: "date",
  bill_estimate: "plan, period_start",
  bill: "plan, period_start, line",
  cost_daily: "plan, component, date, band, version",
};

/** A scene that starts at `start` (UTC) and knows the local days `from` to `to`. */
export function makeScene(start: string, from: string, to: string) {
  const sites: object[] = [];
  const readings: Reading[] = [];
  const tariffs: Record<string, PlainRow[]> = {};
  const rows = new Map<string, readonly Row[]>();
  let engines: Engines | undefined;

  return {
    /** Adds a meter, alone at its site; call it while tests are being described. */
    meter(description: SceneMeter): RowsOf {
      const {
        roles = ["grid"],
        model = "3EM",
        timezone = "UTC",
        netting = "sum",
        samples,
        places,
        maxPower,
        tariffs: ownTariffs = {},
        ...options
      } = description;
      const id = `m${sites.length}`;
      const channels = roles.map((role, index) => ({
        index,
        name: `${role} ${index}`,
        role,
        ...(maxPower && { maxPower }),
        ...places?.[index],
      }));
      sites.push({ id, timezone, currency: "EUR", netting, meters: [{ id, model, channels, ...options }] });
      for (const [channel, list] of channelSamples(samples).entries()) {
        readings.push(...list.map((sample) => toReading(start, id, channel, sample)));
      }
      for (const [table, own] of Object.entries(ownTariffs)) {
        tariffs[table] = [...(tariffs[table] ?? []), ...own.map((row: PlainRow) => ({ ...row, site: id }))];
      }
      return (view) => (rows.get(view) ?? []).filter((row) => row.site === id);
    },
    /** Evaluates the views on both engines. */
    async open(...views: (keyof typeof orders & string)[]): Promise<void> {
      engines = await openEngines();
      const lake: Lake = { ...(await layOut(stackConfig(sites, from, to), readings)), ...tariffs };
      for (const view of views) {
        const query = `SELECT * FROM \`wattlake.${view}\` ORDER BY site, ${orders[view]}`;
        rows.set(view, await engines.agreed(lake, query));
      }
    },
    close: () => engines?.close(),
  };
}

/** Every `step` seconds from `from` to `to` (both included) a sample of what `at` says. */
export function every(step: number, from: number, to: number, at: (seconds: number) => Sample): Sample[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => at(from + index * step));
}

/** The sum of a column; null where no row has a value. */
export function total(rows: readonly Row[], column: string): number | null {
  const known = rows.flatMap((row) => (typeof row[column] === "number" ? [row[column]] : []));
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

function channelSamples(samples: SceneMeter["samples"]): readonly (readonly Sample[])[] {
  const isOne = (list: SceneMeter["samples"]): list is readonly Sample[] => typeof list[0]?.[0] === "number";
  return isOne(samples) ? [samples] : samples;
}

function toReading(start: string, device: string, channel: number, sample: Sample): Reading {
  const [seconds, power, imported, exported] = sample;
  return {
    ts: new Date(Date.parse(start) + seconds * 1000).toISOString(),
    device,
    channel,
    ...(power === "unknown" ? { power_unknown: true } : power !== null && { power_w: power }),
    ...(imported !== undefined && imported !== null && { import_counter_wh: imported }),
    ...(exported !== undefined && exported !== null && { export_counter_wh: exported }),
  };
}
