/** The energy of a range, step by step, and its sum. */
import { z } from "zod";
import type { Grain, Step } from "../server/range";
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
const known = { covered_s: energy, filled_s: energy, disputed_s: energy };
const quality = z.enum(["measured", "filled", "disputed", "partial", "missing"]).nullable();

const balanceRow = z.object({ start: z.string(), step_s: z.number(), ...flows, ...known, quality });
type BalanceRow = z.infer<typeof balanceRow>;
const totalRow = z.object({ from_date: z.string(), to_date: z.string(), asked_s: z.number(), ...flows, ...known });

const flowNames = Object.keys(flows) as readonly (keyof typeof flows)[];
const columns = [...flowNames, ...Object.keys(known), "quality"].join(", ");

/** The view of each grain, and its column that tells when a step begins. */
const views: Readonly<Record<Grain, readonly [view: string, start: string]>> = {
  slot: ["site_slots", "slot_start"],
  hour: ["site_hourly", "hour_start"],
  day: ["site_daily", "date"],
  month: ["site_monthly", "month"],
};

async function readBalance({ ask, range, now }: Asked): Promise<BalanceRow[]> {
  const [view, start] = views[range.grain];
  const day = range.grain === "month" ? "month" : "date";
  const answered = await ask(
    `SELECT ${start} AS start, ${columns} FROM ${view}
     WHERE site = @site AND ${day} BETWEEN @from_date AND @to_date`,
  );
  const found = new Map(
    z
      .array(balanceRow.omit({ step_s: true }))
      .parse(answered)
      .map((row) => [Date.parse(row.start), row]),
  );
  return range.steps.map((step) => {
    const row = found.get(Date.parse(step.label));
    return { ...(row ?? unknownStep(step, now)), start: step.label, step_s: passed(step, now) };
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
  view: ({ grain }) => views[grain][0],
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
