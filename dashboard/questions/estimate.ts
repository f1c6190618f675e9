/** The bill of the billing period that the range ends in, or that runs: so far, expected, and its bounds. */
import { z } from "zod";
import { todayAt } from "../server/range";
import type { Table } from "./question";

const amount = z.number().nullable();
const row = z.object({
  plan: z.string(),
  period_start: z.string(),
  period_end: z.string(),
  known_gross: amount,
  expected_gross: amount,
  estimate_gross: amount,
  at_least: amount,
  at_most: amount,
  expected_share: amount,
  is_example: z.boolean(),
});

const sql = `
  WITH bounds AS (
    SELECT
      site, plan, period_start,
      IF(COUNTIF(at_least IS NULL) = 0, SUM(at_least), NULL) AS at_least,
      IF(COUNTIF(at_most IS NULL) = 0, SUM(at_most), NULL) AS at_most
    FROM bill
    WHERE site = @site AND is_own AND period_start = @period_start
    GROUP BY site, plan, period_start
  )
  SELECT
    e.plan, e.period_start, e.period_end, e.known_gross, e.expected_gross, e.estimate_gross, b.at_least, b.at_most,
    e.expected_share, e.is_example
  FROM bill_estimate AS e
  JOIN bounds AS b ON b.site = e.site AND b.plan = e.plan AND b.period_start = e.period_start
  WHERE e.site = @site AND e.period_start = @period_start
  ORDER BY e.plan`;

/** Asked first: with the period's own day the views read no other period. */
const periodSql = `
  SELECT MAX(period_start) AS period_start
  FROM billing_periods WHERE site = @site AND is_own AND period_start <= @day AND period_end > @day`;
const periodRows = z.array(z.object({ period_start: z.string().nullable() }));

export const estimate: Table = {
  name: "estimate",
  view: () => "bill_estimate",
  own: {
    at_least:
      "The least that the bill comes to, with tax, whatever unknown time holds; NULL where a price is not known.",
    at_most: "The most, if the site's connection carries all that it can in the unknown time.",
  },
  row,
  later: true,
  async rows({ ask, site, range, now }) {
    if (!site.has_plan) return [];
    const today = todayAt(site.zone, now);
    const day = range.to < today ? range.to : today;
    const [period] = periodRows.parse(await ask(periodSql, { day: { type: "DATE", value: day } }));
    if (!period?.period_start) return [];
    return z.array(row).parse(await ask(sql, { period_start: { type: "DATE", value: period.period_start } }));
  },
};
