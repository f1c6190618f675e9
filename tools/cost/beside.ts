/** The estimate beside what was charged, a line a service. */
import { groupBy } from "../../local/group";
import { thousands } from "../../local/session/steps";
import { alignTable } from "../../local/session/text-table";
import { type Charge, type Charges, daysOf, type Period, type Queries, requestUsd } from "./actual";
import type { Estimate } from "./estimate";
import type { Prices } from "./prices";

/** Whose line of the estimate a charge belongs to; the first that matches. What is on none has its own name. */
const ours: readonly (readonly [RegExp, RegExp, string])[] = [
  [/./, /DataTransfer-Out|-Out-Bytes$/i, "transfer to Google"],
  [/\bIoT\b/, /./, "IoT Core"],
  [/Firehose/i, /./, "Firehose"],
  [/Simple Storage Service|\bS3\b/, /./, "S3"],
  [/Simple Queue Service|\bSQS\b/, /./, "SQS"],
  [/Lambda/, /./, "Lambda"],
  [/Step Functions/, /./, "Step Functions"],
  [/CloudWatch/, /./, "CloudWatch"],
  [/Scheduler|EventBridge|CloudWatch Events/, /./, "Scheduler"],
];

export const serviceOf = ({ service, usageType }: Pick<Charge, "service" | "usageType">): string =>
  ours.find(([services, types]) => services.test(service) && types.test(usageType))?.[2] ?? service;

export interface Row {
  readonly service: string;
  /** US dollars in the period, free allowances taken off; undefined where there is none. */
  readonly estimated: number | undefined;
  readonly account: number | undefined;
  readonly tagged: number | undefined;
}

/** The mean month, days. */
const monthDays = 365.25 / 12;

/** What Google charges is not told by service without a billing export; of queries BigQuery tells the bytes. */
export function besideRows(
  { lines }: Estimate,
  charges: Charges | undefined,
  queries: Queries | undefined,
  prices: Prices,
  period: Period,
): Row[] {
  const share = daysOf(period) / monthDays;
  const sumOf = <Item>(items: readonly Item[], nameOf: (item: Item) => string, usdOf: (item: Item) => number) =>
    new Map([...groupBy(items, nameOf)].map(([name, own]) => [name, own.reduce((sum, each) => sum + usdOf(each), 0)]));
  const estimated = sumOf(
    lines,
    ({ service }) => service,
    ({ usd }) => usd * share,
  );
  const [account, tagged] = [charges?.account, charges?.tagged].map((all) =>
    sumOf(all ?? [], serviceOf, ({ usd }) => usd),
  );
  const names = new Set([...estimated.keys(), ...(account?.keys() ?? []), ...(tagged?.keys() ?? [])]);
  const rows = [...names].map((service) => ({
    ...{ service, estimated: estimated.get(service), account: account?.get(service), tagged: tagged?.get(service) },
  }));
  return queries === undefined ? rows : [...rows, queryRow(queries, prices, share)];
}

function queryRow({ bytesBilled }: Queries, prices: Prices, share: number): Row {
  const { usd, per, free } = prices.of("bigquery_query_byte");
  const account = (Math.max(0, bytesBilled - free * share) / per) * usd;
  return { service: "BigQuery queries", estimated: undefined, account, tagged: undefined };
}

const usd = (amount: number | undefined) => amount?.toFixed(2) ?? "";

export function formatBeside(
  rows: readonly Row[],
  { from, to }: Period,
  charges: Charges | undefined,
  queries: Queries | undefined,
): string {
  const total = (of: (row: Row) => number | undefined) => rows.reduce((sum, row) => sum + (of(row) ?? 0), 0);
  const table = alignTable([
    [`${from} until ${to}, USD`, "estimated", "charged", "with the stack's tags"],
    ...rows.map(({ service, estimated, account, tagged }) => [service, usd(estimated), usd(account), usd(tagged)]),
    ["in all", usd(total((row) => row.estimated)), usd(total((row) => row.account)), usd(total((row) => row.tagged))],
  ]);
  const asked = charges
    ? `Charged is the whole account, without taxes and credits. Cost Explorer took ${charges.requests} requests, ${(charges.requests * requestUsd).toFixed(2)} dollars.`
    : [];
  const untagged =
    charges && charges.tagged.length === 0
      ? "Nothing carries the tags project and stack: activate them as cost allocation tags (Billing, Cost allocation tags); a day later they tell."
      : [];
  const billed = queries
    ? `BigQuery billed ${thousands(queries.queries)} queries of the dataset for ${thousands(queries.bytesBilled)} bytes, priced by the list. What else Google charges it tells in its console alone.`
    : [];
  return [table, ...[asked, untagged, billed].flat()].join("\n\n");
}
