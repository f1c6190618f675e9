/** What each day's energy costs at the sites that have a tariff, as the views say: a column beside the kilowatt-hours. */
import { z } from "zod";
import type { Warehouse } from "../cloud";
import { groupBy } from "../group";
import type { Cell } from "./text-table";

const costRow = z.object({
  site: z.string(),
  date: z.string(),
  plan: z.string(),
  currency: z.string(),
  gross: z.number().nullable(),
  /** The part of the day of which every component's cost is known, s. */
  known_s: z.number(),
  is_example: z.boolean(),
});
export type CostRow = z.infer<typeof costRow>;

/** Days `YYYY-MM-DD`, both ends included. */
export async function readCosts(warehouse: Warehouse, from: string, to: string): Promise<CostRow[]> {
  const query = `
    WITH components AS (
      SELECT
        site, date, plan, period_start, component, SUM(gross) AS gross,
        SUM(IF(is_price_known, measured_s + filled_s, 0)) AS known_s,
        LOGICAL_OR(is_example) AS is_example
      FROM \`wattlake.cost_slots\` WHERE date BETWEEN @from_date AND @to_date
      GROUP BY site, date, plan, period_start, component
    )
    SELECT
      c.site, c.date, c.plan, p.currency, SUM(c.gross) AS gross, MIN(c.known_s) AS known_s,
      LOGICAL_OR(c.is_example) AS is_example
    FROM components AS c
    JOIN \`wattlake.billing_periods\` AS p
      ON p.site = c.site AND p.plan = c.plan AND p.period_start = c.period_start AND p.is_own
    GROUP BY c.site, c.date, c.plan, p.currency
    ORDER BY c.site, c.date`;
  return z.array(costRow).parse(await warehouse.query(query, { from_date: from, to_date: to }));
}

const unpaidRow = z.object({ site: z.string(), date: z.string() });
/** A day on which a site that has contracts has none, or none whose plan says what energy costs. */
export type UnpaidDay = z.infer<typeof unpaidRow>;

/** Those of the days `YYYY-MM-DD`, both ends included. */
export async function readUnpaidDays(warehouse: Warehouse, from: string, to: string): Promise<UnpaidDay[]> {
  const query = `
    WITH paying AS (
      SELECT DISTINCT site FROM \`wattlake.billing_periods\` WHERE is_own
    )
    SELECT d.site, d.date
    FROM \`wattlake.site_days\` AS d
    JOIN paying AS s ON s.site = d.site
    LEFT JOIN \`wattlake.billing_periods\` AS p
      ON p.site = d.site AND p.is_own AND d.date >= p.period_start AND d.date < p.period_end
    WHERE d.date BETWEEN @from_date AND @to_date AND p.site IS NULL
    ORDER BY d.site, d.date`;
  return z.array(unpaidRow).parse(await warehouse.query(query, { from_date: from, to_date: to }));
}

/** The column of a site: its header and the cell of a day; none for a site without a tariff. `*`: at least so much. */
export function costColumn(costs: readonly CostRow[]): { header: Cell; cell(date: string, day_s: number): Cell }[] {
  const [first] = costs;
  if (first === undefined) return [];
  const cell = (date: string, day_s: number) => {
    const cost = costs.find((each) => each.date === date);
    const mark = cost && cost.known_s < day_s - 1 ? "*" : " ";
    // Nothing of a sum of less than half of the last digit is below zero.
    return typeof cost?.gross === "number"
      ? `${(Math.round(cost.gross * 100) / 100 + 0).toFixed(2)}${mark}`
      : `-${mark}`;
  };
  return [{ header: first.currency, cell }];
}

/** What is to be said of the costs below the table; nothing where no site has a tariff. */
export function costNotes(costs: readonly CostRow[], unpaid: readonly UnpaidDay[]): string[] {
  if (costs.length === 0 && unpaid.length === 0) return [];
  const examples = [...new Set(costs.flatMap(({ plan, is_example }) => (is_example ? [plan] : [])))];
  return [
    "Costs have VAT in them and no fixed charges; one with * is at least so much.",
    ...examples.map(
      (plan) => `Some prices of ${plan} are an example: put those of your own bill into tariffs/${plan}.yaml.`,
    ),
    ...[...groupBy(unpaid, ({ site }) => site)].map(
      ([site, days]) => `No plan holds at ${site} on ${days.map(({ date }) => date).join(", ")}: no cost is known.`,
    ),
  ];
}
