/** What each day of the range costs, by band: of one day each quarter hour, of a long range each month. */
import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import type { Range } from "../../server/range";
import type { Asked, Table } from "../question";
import { readPeriods } from "./periods";

const number = z.number().nullable();
const row = z.object({
  start: z.string(),
  direction: z.string().nullable(),
  band: z.string().nullable(),
  price: number,
  net: number,
  vat: number,
  gross: number,
  at_least: number,
  at_most: number,
  filled_share: number,
  unknown_share: number,
  is_price_known: z.boolean().nullable(),
  is_example: z.boolean().nullable(),
  has_plan: z.boolean(),
});
type CostRow = z.infer<typeof row>;

/** Hours of a week are days here: a view tells of slots and of days. */
const grainOf = ({ grain }: Range) => (grain === "hour" ? "day" : grain);
const starts = { slot: "slot_start", day: "date", month: "DATE_TRUNC(date, MONTH)" } as const;
const share = { slot: (name: string) => `${name}_s / 900`, day: (name: string) => `${name}_share` };

async function readCost(asked: Asked): Promise<CostRow[]> {
  const grain = grainOf(asked.range);
  const part = grain === "slot" ? share.slot : share.day;
  const answered = await asked.ask(
    `SELECT
       ${starts[grain]} AS start, direction, band,
       MAX(IF(kind IN ('energy', 'feed_in'), price, NULL)) AS price,
       SUM(net) AS net, SUM(vat) AS vat, SUM(gross) AS gross,
       IF(LOGICAL_AND(is_price_known), SUM(at_least), NULL) AS at_least,
       IF(LOGICAL_AND(is_price_known), SUM(at_most), NULL) AS at_most,
       MAX(${part("filled")}) AS filled_share, MAX(${part("unknown")}) AS unknown_share,
       LOGICAL_AND(is_price_known) AS is_price_known, LOGICAL_OR(is_example) AS is_example
     FROM ${grain === "slot" ? "cost_slots" : "cost_daily"}
     WHERE site = @site AND date BETWEEN @from_date AND @to_date
     GROUP BY start, direction, band
     ORDER BY start, direction DESC, band`,
  );
  const found = z.array(row.omit({ has_plan: true })).parse(answered);
  const periods = await readPeriods(asked);
  const hasPlan = (day: string) =>
    periods.some(({ period_start, period_end }) =>
      grain === "month"
        ? period_start.slice(0, 7) <= day.slice(0, 7) && day.slice(0, 7) <= period_end.slice(0, 7)
        : period_start <= day && day < period_end,
    );
  return stepsOf(asked).flatMap(({ start, day, isToCome }): CostRow[] => {
    const own = found.filter((each) => Date.parse(each.start) === Date.parse(start));
    if (own.length > 0) return own.map((each) => ({ ...each, start, has_plan: true }));
    // Nothing is known of the use, unless the time is still to come: then that of it is unknown is nothing to say.
    return [{ ...nothing, start, unknown_share: isToCome ? null : 1, has_plan: hasPlan(day) }];
  });
}

const nothing = {
  ...{ direction: null, band: null, price: null, net: null, vat: null, gross: null, at_least: null, at_most: null },
  ...{ filled_share: null, is_price_known: null, is_example: null },
};

/** The steps of the chart, with the local day on which each begins. */
function stepsOf({ range, site, now }: Asked) {
  if (range.grain !== "hour")
    return range.steps.map(({ label, start }) => ({
      start: label,
      day: range.grain === "slot" ? range.from : label,
      isToCome: start >= now,
    }));
  const days = [];
  const end = Temporal.PlainDate.from(range.to);
  for (
    let day = Temporal.PlainDate.from(range.from);
    Temporal.PlainDate.compare(day, end) <= 0;
    day = day.add({ days: 1 })
  )
    days.push({
      ...{ start: day.toString(), day: day.toString() },
      isToCome: day.toZonedDateTime(site.zone).epochMilliseconds >= now,
    });
  return days;
}

export const cost: Table = {
  name: "cost",
  view: () => "cost_daily",
  own: {
    start: "First instant of the step, UTC; of days and months the first local day.",
    price: "Net price of the energy itself, per kWh; NULL for a band of charges alone.",
    has_plan: "FALSE where no plan holds, so that nothing is known of cost.",
  },
  row,
  rows: readCost,
};
