/** The energy of each channel and step, and what of the consumption no load channel tracks. */
import { z } from "zod";
import type { Grain } from "../../server/range";
import type { Asked } from "../question";

const energy = z.number().nullable();
const known = { covered_s: energy, filled_s: energy, disputed_s: energy };
const energyRow = z.object({
  start: z.string(),
  device: z.string(),
  channel: z.number(),
  import_wh: energy,
  export_wh: energy,
  ...known,
});
export type EnergyRow = z.infer<typeof energyRow>;

const untrackedRow = z.object({ start: z.string(), untracked_wh: energy, covered_s: energy });
export type UntrackedRow = z.infer<typeof untrackedRow>;

const asTheyAre = "import_wh, export_wh, covered_s, filled_s, disputed_s";
const summed = ["import_wh", "export_wh", "covered_s", "filled_s", "disputed_s"]
  .map((name) => `SUM(${name}) AS ${name}`)
  .join(", ");
const theseDays = "site = @site AND date BETWEEN @from_date AND @to_date";

// Months are summed from days: a range may begin or end within one.
const energies: Readonly<Record<Grain, string>> = {
  slot: `SELECT slot_start AS start, device, channel, ${asTheyAre} FROM energy_slots WHERE ${theseDays}`,
  hour: `SELECT hour_start AS start, device, channel, ${asTheyAre} FROM energy_hourly WHERE ${theseDays}`,
  day: `SELECT date AS start, device, channel, ${asTheyAre} FROM energy_daily WHERE ${theseDays}`,
  month: `SELECT DATE_TRUNC(date, MONTH) AS start, device, channel, ${summed} FROM energy_daily
    WHERE ${theseDays} GROUP BY start, device, channel`,
};

export const energyView: Readonly<Record<Grain, string>> = {
  slot: "energy_slots",
  hour: "energy_hourly",
  day: "energy_daily",
  month: "energy_daily",
};

export const readEnergies = async ({ ask, range }: Asked): Promise<EnergyRow[]> =>
  z.array(energyRow).parse(await ask(energies[range.grain]));

const stepOfSlot: Readonly<Record<Grain, string>> = {
  slot: "slot_start",
  hour: "slot_start",
  day: "date",
  month: "DATE_TRUNC(date, MONTH)",
};

/**
 * Of slots in which consumption and every load channel in place is known throughout: of any other the difference is unknown.
 * It may be negative by the noise of meters that are not read at one instant. Of hours the rows are still slots.
 */
export const readUntracked = async ({ ask, range }: Asked): Promise<UntrackedRow[]> =>
  z.array(untrackedRow).parse(
    await ask(`WITH loads AS (
      SELECT site, device, channel, in_place_from, in_place_until FROM meters WHERE site = @site AND role = 'load'
    ),
    site AS (
      SELECT site, date, slot_start, consumption_wh, covered_s + filled_s AS known_s FROM site_slots WHERE ${theseDays}
    ),
    tracked AS (
      SELECT date, slot_start, device, channel, import_wh, covered_s + filled_s AS known_s
      FROM energy_slots WHERE ${theseDays}
    ),
    asked AS (
      SELECT s.date, s.slot_start, s.consumption_wh, s.known_s, l.device, l.channel
      FROM site AS s LEFT JOIN loads AS l
        ON l.site = s.site
        AND (l.in_place_from IS NULL OR s.slot_start >= l.in_place_from)
        AND (l.in_place_until IS NULL OR s.slot_start < l.in_place_until)
    ),
    slots AS (
      SELECT
        a.date, a.slot_start,
        a.consumption_wh - IFNULL(SUM(t.import_wh), 0) AS untracked_wh,
        a.consumption_wh IS NOT NULL AND a.known_s >= 900
          AND COUNT(a.device) = COUNTIF(t.import_wh IS NOT NULL AND t.known_s >= 900) AS is_known
      FROM asked AS a LEFT JOIN tracked AS t
        ON t.date = a.date AND t.slot_start = a.slot_start AND t.device = a.device AND t.channel = a.channel
      GROUP BY a.date, a.slot_start, a.consumption_wh, a.known_s
    )
    SELECT
      ${stepOfSlot[range.grain]} AS start,
      SUM(IF(is_known, untracked_wh, NULL)) AS untracked_wh,
      COUNTIF(is_known) * 900.0 AS covered_s
    FROM slots GROUP BY start`),
  );
