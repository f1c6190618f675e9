/** What the energy of a range costs, by the plan's components and bands; without fixed and demand charges. */
import { z } from "zod";
import type { Table } from "./question";

const amount = z.number().nullable();
const row = z.object({
  component_name: z.string(),
  band: z.string().nullable(),
  kind: z.string(),
  direction: z.string(),
  energy_wh: amount,
  net: amount,
  vat: amount,
  gross: amount,
  at_least: amount,
  at_most: amount,
  is_price_known: z.boolean(),
  is_example: z.boolean(),
});

const sql = `
  SELECT
    component_name, band, kind, direction,
    SUM(energy_wh) AS energy_wh, SUM(net) AS net, SUM(vat) AS vat, SUM(gross) AS gross,
    IF(COUNTIF(at_least IS NULL) = 0, SUM(at_least), NULL) AS at_least,
    IF(COUNTIF(at_most IS NULL) = 0, SUM(at_most), NULL) AS at_most,
    LOGICAL_AND(is_price_known) AS is_price_known,
    LOGICAL_OR(is_example) AS is_example
  FROM cost_daily
  WHERE site = @site AND date BETWEEN @from_date AND @to_date
  GROUP BY component_name, band, kind, direction
  ORDER BY direction DESC, component_name, band`;

export const costs: Table = {
  ...{ name: "costs", own: {}, row, later: true },
  view: () => "cost_daily",
  rows: async ({ ask, site }) => (site.has_plan ? z.array(row).parse(await ask(sql)) : []),
};
