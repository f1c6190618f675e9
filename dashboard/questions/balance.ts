/** The energy of a range, step by step, and its sum. */
import { z } from "zod";
import type { Grain, Step } from "../server/range";
import { qualityOf, quality as someQuality } from "./quality";
import type { Asked, Row, Table } from "./question";

const energy = z.number().nullable();
const flows = {
  import_wh: energy,
  export_wh: energy,
  solar_wh: energy,
  battery_discharge_wh: energy,
  battery_charge_wh: energy,
  consumption_wh: energy,
  self_consumption_wh: energy,
  unexplained_wh: energy,
};
const quality = someQuality.nullable();
const known = { covered_s: energy, filled_s: energy, disputed_s: energy };

const balanceRow = z.object({ start: z.string(), step_s: z.number(), ...flows, ...known, quality });
type BalanceRow = z.infer<typeof balanceRow>;
const totalRow = z.object({ from_date: z.string(), to_date: z.string(), asked_s: z.number(), ...flows, ...known });

const flowNames = Object.keys(flows) as readonly (keyof typeof flows)[];
const asTheyAre = [...flowNames, ...Object.keys(known), "quality"].join(", ");
// Nothing is known of the whole where something feeds the site that no channel measures, as in the views.
const summed = [...flowNames, ...Object.keys(known)].map((name) =>
  name === "consumption_wh"
    ? "IF(COUNTIF(consumption_wh IS NULL AND import_wh IS NOT NULL) = 0, SUM(consumption_wh), NULL) AS consumption_wh"
    : `SUM(${name}) AS ${name}`,
);

const theseDays = "site = @site AND date BETWEEN @from_date AND @to_date";
/** The view of each grain. Months are summed from days: a range may begin or end within one. */
const views: Readonly<Record<Grain, string>> = {
  slot: "site_slots",
  hour: "site_hourly",
  day: "site_daily",
  month: "site_daily",
};
const questions: Readonly<Record<Grain, string>> = {
  slot: `SELECT slot_start AS start, ${asTheyAre} FROM ${views.slot} WHERE ${theseDays}`,
  hour: `SELECT hour_start AS start, ${asTheyAre} FROM ${views.hour} WHERE ${theseDays}`,
  day: `SELECT date AS start, ${asTheyAre} FROM ${views.day} WHERE ${theseDays}`,
  month: `SELECT DATE_TRUNC(date, MONTH) AS start, ${summed.join(", ")} FROM ${views.month} WHERE ${theseDays} GROUP BY start`,
};
const answered = z.array(balanceRow.omit({ step_s: true, quality: true }).extend({ quality: quality.optional() }));

async function readBalance({ ask, range, now }: Asked): Promise<BalanceRow[]> {
  const rows = answered.parse(await ask(questions[range.grain]));
  const found = new Map(rows.map((row) => [Date.parse(row.start), row]));
  return range.steps.map((step) => {
    const step_s = passed(step, now);
    const row = found.get(Date.parse(step.label)) ?? unknownStep(step, now);
    const quality = row.quality === undefined ? (qualityOf(step_s, row) ?? null) : row.quality;
    return { ...row, start: step.label, step_s, quality };
  });
}

const passed = ({ start, end }: Step, now: number) => Math.max(0, (Math.min(end, now) - start) / 1000);

/** A step of which the views say nothing: unknown, unless it is still to come. */
function unknownStep({ start }: Step, now: number): Omit<BalanceRow, "start" | "step_s"> {
  const isToCome = start >= now;
  const nothing = isToCome ? null : 0;
  return {
    ...emptyFlows,
    ...{ covered_s: nothing, filled_s: nothing, disputed_s: nothing },
    quality: isToCome ? null : "missing",
  };
}

const emptyFlows = {
  import_wh: null,
  export_wh: null,
  solar_wh: null,
  battery_discharge_wh: null,
  battery_charge_wh: null,
  consumption_wh: null,
  self_consumption_wh: null,
  unexplained_wh: null,
} satisfies Record<keyof typeof flows, null>;

export const balance: Table = {
  name: "balance",
  view: ({ grain }) => views[grain],
  own: {
    start: "First instant of the step, UTC; of days and months the first local day.",
    step_s: "Length of the step as far as it has passed, s.",
  },
  row: balanceRow,
  rows: readBalance,
};

export const totals: Table = {
  name: "totals",
  view: () => "site_daily",
  own: {
    from_date: "First local day.",
    to_date: "Last local day.",
    asked_s: "Time of these days that has passed, s.",
  },
  row: totalRow,
  async rows(asked) {
    const rows = await readBalance(asked);
    const { from, to, steps } = asked.range;
    const sums = Object.fromEntries([...flowNames, ...Object.keys(known)].map((name) => [name, sum(rows, name)]));
    const asked_s = steps.reduce((seconds, step) => seconds + passed(step, asked.now), 0);
    const isUnexplained = rows.some((row) => row.consumption_wh === null && row.import_wh !== null);
    return [{ from_date: from, to_date: to, asked_s, ...sums, ...(isUnexplained && { consumption_wh: null }) }];
  },
};

/** As in the views: NULL where nothing is known. */
function sum(rows: readonly Row[], name: string): number | null {
  const values = rows.flatMap(({ [name]: value }) => (typeof value === "number" ? [value] : []));
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0);
}
