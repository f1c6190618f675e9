/** Asks the views for the bills of a month, and says what is missing where there is none. */
import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import { userError } from "../../local/session/options";
import type { Source } from "../query/answer";
import type { Arguments } from "./arguments";
import { lineAmount } from "./line";

const lineSchema = z.object({
  site: z.string(),
  plan: z.string(),
  period_start: z.string(),
  period_end: z.string(),
  currency: z.string(),
  component: z.string(),
  component_name: z.string(),
  ...lineAmount,
});
export type BillLine = z.infer<typeof lineSchema>;

const periodSchema = z.object({
  site: z.string(),
  plan: z.string(),
  is_own: z.boolean(),
  period_start: z.string(),
  period_end: z.string(),
});
type Period = z.infer<typeof periodSchema>;

type Asked = Pick<Arguments, "site" | "month" | "plan">;

export interface Bills {
  /** The lines of each, in order. */
  readonly bills: readonly BillLine[][];
  /** The days of the month that no plan holds on; they are on no bill. */
  readonly unpaid: readonly string[];
}

/** @throws a `UserError` where there is no bill. */
export async function readBills(source: Pick<Source, "ask">, asked: Asked): Promise<Bills> {
  const { rows: periodRows } = await source.ask(
    "SELECT site, plan, is_own, period_start, period_end FROM `billing_periods` ORDER BY site, plan, period_start",
  );
  const periods = z.array(periodSchema).parse(periodRows);
  const site = await siteOf(source, asked, periods);
  const own = periods.filter((each) => each.site === site);
  const found = periodsOf(own, { ...asked, site });
  const bills: BillLine[][] = [];
  for (const { plan, period_start } of found) {
    const { rows } = await source.ask(
      `SELECT * FROM \`bill\` WHERE site = '${site}' AND plan = '${plan}' AND period_start = DATE '${period_start}' ORDER BY line`,
    );
    if (rows.length > 0) bills.push(z.array(lineSchema).parse(rows));
  }
  if (bills.length === 0)
    throw userError(`Nothing is known of the energy of ${site} in ${asked.month}, so there is no bill.`);
  return { bills, unpaid: unpaidDays(own.filter(isOf(asked)), asked.month) };
}

/** Of the plan that is asked for, otherwise of the site's contracts. */
const isOf =
  ({ plan }: Asked) =>
  (period: Period) =>
    plan === undefined ? period.is_own : period.plan === plan;

function unpaidDays(periods: readonly Period[], month: string): string[] {
  const first = Temporal.PlainDate.from(`${month}-01`);
  const dates = Array.from({ length: first.daysInMonth }, (_, at) => first.add({ days: at }).toString());
  return dates.filter((date) => !periods.some((each) => each.period_start <= date && date < each.period_end));
}

async function siteOf(source: Pick<Source, "ask">, { site }: Asked, periods: readonly Period[]): Promise<string> {
  const paying = [...new Set(periods.map((each) => each.site))];
  const listed = paying.length > 0 ? `Sites with a tariff: ${paying.join(", ")}.` : "No site has a tariff.";
  const [only] = paying;
  if (site === undefined) {
    if (only === undefined || paying.length > 1) throw userError(`--site must say which site. ${listed}`);
    return only;
  }
  if (paying.includes(site)) return site;
  const { rows } = await source.ask(`SELECT site FROM \`meters\` WHERE site = '${site}' LIMIT 1`);
  throw userError(`${rows.length > 0 ? `Site ${site} has no tariff.` : `There is no site ${site}.`} ${listed}`);
}

/** Those that begin in the month; else the one that covers its first day. */
function periodsOf(periods: readonly Period[], { site, month, plan }: Asked & { readonly site: string }): Period[] {
  const wanted = periods.filter(isOf({ site, month, plan }));
  const begin = wanted.filter(({ period_start }) => period_start.startsWith(month));
  const first = `${month}-01`;
  const cover = wanted.filter(({ period_start, period_end }) => period_start < first && first < period_end);
  const found = begin.length > 0 ? begin : cover;
  if (found.length > 0) return found;
  const [start, end] = [wanted[0]?.period_start, wanted.at(-1)?.period_end];
  const plans = [...new Set(periods.map((each) => each.plan))].join(", ");
  if (start === undefined || end === undefined)
    throw userError(
      plan === undefined
        ? `Site ${site} has no contract, only plans that it is compared with: name one with --plan (${plans}).`
        : `Site ${site} neither pays by the plan ${plan} nor is it compared with it; there are ${plans}.`,
    );
  const subject =
    plan === undefined ? `Site ${site} has no contract` : `The plan ${plan} does not hold at site ${site}`;
  throw userError(`${subject} in ${month}: known from ${start} to before ${end}.`);
}
