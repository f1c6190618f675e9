/**
 * What the clouds say that a stack has cost: AWS's Cost Explorer by service and kind of use, and what BigQuery has billed for
 * queries. Asked for by `--actual` alone: Cost Explorer takes 0.01 dollars for each request.
 */
import {
  type CostExplorerClient,
  type Expression,
  GetCostAndUsageCommand,
  type GetCostAndUsageCommandInput,
} from "@aws-sdk/client-cost-explorer";
import { z } from "zod";
import type { Source } from "../query/answer";

/** UTC days, `to` not included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

export interface Charge {
  /** As Cost Explorer names them. */
  readonly service: string;
  readonly usageType: string;
  readonly usd: number;
  readonly quantity: number;
}

export interface Charges {
  /** Of the whole account, without taxes, credits and refunds. */
  readonly account: readonly Charge[];
  /** Of what carries the stack's tags; empty as long as they are not activated for cost allocation. */
  readonly tagged: readonly Charge[];
  readonly requests: number;
}

/** US dollars that Cost Explorer takes for a request. */
export const requestUsd = 0.01;

const dayMs = 86_400_000;
const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** The last whole month, or the last days; today is not over. */
export function periodBefore(now: number, days?: number): Period {
  const today = dateOf(now);
  if (days !== undefined) return { from: dateOf(Date.parse(today) - days * dayMs), to: today };
  const to = `${today.slice(0, 7)}-01`;
  return { from: `${dateOf(Date.parse(to) - dayMs).slice(0, 7)}-01`, to };
}

export const daysOf = ({ from, to }: Period): number => (Date.parse(to) - Date.parse(from)) / dayMs;

const metric = z.object({ Amount: z.coerce.number() });
const page = z.object({
  NextPageToken: z.string().optional(),
  ResultsByTime: z.array(
    z.object({
      Groups: z
        .array(
          z.object({
            Keys: z.tuple([z.string(), z.string()]),
            Metrics: z.object({ UnblendedCost: metric.extend({ Unit: z.literal("USD") }), UsageQuantity: metric }),
          }),
        )
        .default([]),
    }),
  ),
});

const charged: Expression = {
  Not: { Dimensions: { Key: "RECORD_TYPE", Values: ["Tax", "Credit", "Refund"] } },
};

/** Two requests, more where an account uses very many services. @throws the service's own error, by its `name`. */
export async function askCostExplorer(
  client: CostExplorerClient,
  { project, stack }: { readonly project: string; readonly stack: string },
  { from, to }: Period,
): Promise<Charges> {
  let requests = 0;
  async function charges(Filter: Expression): Promise<Charge[]> {
    const sums = new Map<string, Charge>();
    let token: string | undefined;
    do {
      const input: GetCostAndUsageCommandInput = {
        ...{ TimePeriod: { Start: from, End: to }, Granularity: "MONTHLY", Filter },
        Metrics: ["UnblendedCost", "UsageQuantity"],
        GroupBy: ["SERVICE", "USAGE_TYPE"].map((Key) => ({ Type: "DIMENSION" as const, Key })),
        ...(token !== undefined && { NextPageToken: token }),
      };
      requests++;
      const answer = page.parse(await client.send(new GetCostAndUsageCommand(input)));
      for (const { Groups } of answer.ResultsByTime)
        for (const { Keys, Metrics } of Groups) {
          const [service, usageType] = Keys;
          const before = sums.get(Keys.join("\n")) ?? { service, usageType, usd: 0, quantity: 0 };
          const usd = before.usd + Metrics.UnblendedCost.Amount;
          sums.set(Keys.join("\n"), { ...before, usd, quantity: before.quantity + Metrics.UsageQuantity.Amount });
        }
      token = answer.NextPageToken;
    } while (token !== undefined);
    return [...sums.values()];
  }
  const tag = (Key: string, value: string): Expression => ({ Tags: { Key, Values: [value] } });
  const account = await charges(charged);
  const tagged = await charges({ And: [charged, tag("project", project), tag("stack", stack)] });
  return { account, tagged, requests };
}

export interface Queries {
  readonly queries: number;
  readonly bytesBilled: number;
}

const answered = z.array(z.object({ queries: z.coerce.number(), bytes_billed: z.coerce.number() })).length(1);

/** Queries of the dataset in the period; BigQuery keeps half a year. Costs a query of 10 MB itself. */
export async function askBigQuery(
  source: Source,
  { location, dataset }: { readonly location: string; readonly dataset: string },
  { from, to }: Period,
): Promise<Queries> {
  if (!/^[\w-]+$/.test(location) || !/^\w+$/.test(dataset)) throw new Error(`${location}.${dataset} names no dataset.`);
  // A script's own row sums up those of its statements.
  const { rows } = await source.ask(`
    SELECT COUNT(*) AS queries, COALESCE(SUM(total_bytes_billed), 0) AS bytes_billed
    FROM \`region-${location.toLowerCase()}\`.INFORMATION_SCHEMA.JOBS
    WHERE creation_time >= TIMESTAMP '${from}' AND creation_time < TIMESTAMP '${to}'
      AND job_type = 'QUERY' AND COALESCE(statement_type, '') != 'SCRIPT'
      AND EXISTS (SELECT 1 FROM UNNEST(referenced_tables) AS t WHERE t.dataset_id = '${dataset}')`);
  const [row] = answered.parse(rows);
  return { queries: row?.queries ?? 0, bytesBilled: row?.bytes_billed ?? 0 };
}
