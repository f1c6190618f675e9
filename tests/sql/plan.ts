/** Reads DuckDB's plan: what each scan read. */
import { z } from "zod";

interface PlanNode {
  readonly operator_name?: string | undefined;
  readonly extra_info?: Readonly<Record<string, unknown>> | undefined;
  readonly children?: readonly PlanNode[] | undefined;
}
const nodeSchema: z.ZodType<PlanNode> = z.lazy(() =>
  z.looseObject({
    operator_name: z.string().optional(),
    extra_info: z.record(z.string(), z.unknown()).optional(),
    children: z.array(nodeSchema).optional(),
  }),
);

/** A scan of files: how many it opened, and the paths of the first ones. */
export interface FileScan {
  readonly opened: number;
  readonly paths: string;
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.children ?? []).flatMap(nodesOf)];
}

const nodes = (plan: string) => nodesOf(nodeSchema.parse(JSON.parse(plan)));

export function fileScans(plan: string): FileScan[] {
  return nodes(plan)
    .filter(({ extra_info }) => extra_info?.Function === "READ_JSON")
    .map(({ extra_info }) => fileScan.parse(extra_info));
}

const fileScan = z
  .object({ "Total Files Read": z.coerce.number(), "Filename(s)": z.string() })
  .transform((info): FileScan => ({ opened: info["Total Files Read"], paths: info["Filename(s)"] }));

/** The filters that reach the scans of a native table. */
export function tableFilters(plan: string, table: string): string[] {
  return nodes(plan)
    .filter(({ extra_info }) => String(extra_info?.Table).endsWith(`.${table}`))
    .flatMap(({ extra_info }) =>
      z
        .union([z.array(z.string()), z.string()])
        .default([])
        .parse(extra_info?.Filters),
    );
}
