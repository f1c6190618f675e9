/** The billing periods of the site's own contracts, and the one that is looked at. */
import { z } from "zod";
import { todayAt } from "../../server/range";
import type { Asked, Table } from "../question";

const row = z.object({ plan: z.string(), period_start: z.string(), period_end: z.string(), is_shown: z.boolean() });
export type Period = z.infer<typeof row>;

/** The last day of the range that has begun: the one whose bill is shown. */
export const lastDay = ({ range, site, now }: Asked): string => {
  const today = todayAt(site.zone, now);
  return range.to < today ? range.to : today;
};

export async function readPeriods(asked: Asked): Promise<Period[]> {
  const answered = await asked.ask(
    `SELECT plan, period_start, period_end FROM billing_periods
     WHERE site = @site AND is_own ORDER BY period_start`,
  );
  const day = lastDay(asked);
  return z
    .array(row.omit({ is_shown: true }))
    .parse(answered)
    .map((each) => ({ ...each, is_shown: each.period_start <= day && day < each.period_end }));
}

/** The one whose bill is shown; undefined on days without a plan. */
export const shownPeriod = async (asked: Asked): Promise<Period | undefined> =>
  (await readPeriods(asked)).find(({ is_shown }) => is_shown);

/** Of what depends on that period: the parameters of the question. */
export const inPeriod = ({ plan, period_start }: Period) =>
  ({ plan: { type: "STRING", value: plan }, period_start: { type: "DATE", value: period_start } }) as const;

export const periods: Table = {
  name: "periods",
  view: () => "bill",
  own: { is_shown: "TRUE for the period that holds the last day of the range that has begun." },
  row,
  rows: readPeriods,
};
