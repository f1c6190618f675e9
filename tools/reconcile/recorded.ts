/** What the data says of a bill's time: the views, asked through the client of `npm run query`. */
import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import type { Source } from "../query/answer";
import type { PrintedBill } from "./printed-bill";

/** A day has no time in it, however it is answered. */
const date = () => z.string().transform((text) => text.slice(0, 10));
const certain = () => z.coerce.number();
const maybe = () => z.union([z.null(), z.coerce.number()]);

const billLine = () =>
  z.object({
    plan: z.string(),
    currency: z.string(),
    component: z.string(),
    component_name: z.string(),
    version: date(),
    band: z.string().nullable(),
    quantity: maybe(),
    unit: z.string(),
    price: maybe(),
    net: maybe(),
    gross: maybe(),
    at_least: maybe(),
    at_most: maybe(),
    unknown_share: maybe(),
    vat_rate: certain(),
    is_example: z.boolean(),
  });
export type RecordedLine = z.output<ReturnType<typeof billLine>>;

const slot = () =>
  z.object({ start_ms: certain(), date: date(), version: date(), band: z.string(), energy_wh: maybe() });
export type RecordedSlot = z.output<ReturnType<typeof slot>>;

const versionPrice = () => z.object({ version: date(), band: z.string(), price: certain(), vat: certain() });
export type VersionPrice = z.output<ReturnType<typeof versionPrice>>;

const counter = () =>
  z.object({ device: z.string(), channel: certain(), readings: certain(), from_wh: maybe(), to_wh: maybe() });
export type Counter = z.output<ReturnType<typeof counter>>;

export interface Recorded {
  /** The bill of the contract; none where no billing period is of exactly these days. */
  lines(): Promise<RecordedLine[]>;
  /** Of a component, with `daysAround` on both sides. */
  slots(component: string): Promise<RecordedSlot[]>;
  /** Each price that a version of the component ever had. */
  prices(plan: string, component: string): Promise<VersionPrice[]>;
  /** What the import counters of the grid's channels showed at first and at last. */
  counters(): Promise<Counter[]>;
}

/** A register may have been read so many days early or late. */
export const daysAround = 3;

/** As GoogleSQL reads it. */
const text = (value: string) => JSON.stringify(value);

export const dayAfter = (date: string, days = 1): string => Temporal.PlainDate.from(date).add({ days }).toString();

export function askRecorded({ ask }: Pick<Source, "ask">, { site, from, to }: PrintedBill): Recorded {
  const rowsOf = async <Row extends z.ZodType>(row: Row, sql: string) => z.array(row).parse((await ask(sql)).rows);
  // Several explanations ask for the same, and an answer may take its time.
  const known = new Map<string, Promise<RecordedSlot[]>>();
  const day = (date: string) => `DATE ${text(date)}`;
  return {
    lines: () =>
      rowsOf(
        billLine(),
        `SELECT * FROM bill
        WHERE site = ${text(site)} AND is_own AND period_start = ${day(from)} AND period_end = ${day(dayAfter(to))}
        ORDER BY line`,
      ),
    slots(component) {
      const slots =
        known.get(component) ??
        rowsOf(
          slot(),
          `SELECT UNIX_MILLIS(slot_start) AS start_ms, date, version, band, energy_wh FROM cost_slots
          WHERE site = ${text(site)} AND component = ${text(component)}
            AND date BETWEEN ${day(dayAfter(from, -daysAround))} AND ${day(dayAfter(to, daysAround))}
          ORDER BY start_ms`,
        );
      known.set(component, slots);
      return slots;
    },
    prices: (plan, component) =>
      rowsOf(
        versionPrice(),
        `SELECT DISTINCT version, band, price, vat FROM tariff_windows
        WHERE site = ${text(site)} AND plan = ${text(plan)} AND component = ${text(component)} AND price IS NOT NULL
        ORDER BY version, band, price`,
      ),
    counters: () =>
      rowsOf(
        counter(),
        `SELECT r.device, r.channel, COUNT(*) AS readings,
          MIN(r.import_counter_wh) AS from_wh, MAX(r.import_counter_wh) AS to_wh
        FROM readings AS r
        JOIN meters AS m ON m.site = r.site AND m.device = r.device AND m.channel = r.channel AND m.role = 'grid'
        WHERE r.site = ${text(site)} AND r.date BETWEEN ${day(from)} AND ${day(to)}
        GROUP BY r.device, r.channel ORDER BY r.device, r.channel`,
      ),
  };
}
