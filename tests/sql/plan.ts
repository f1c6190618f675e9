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

/** A scan of files: how many it opened of how many the table has. */
export interface FileScan {
  readonly opened: number;
  readonly all: number;
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.children ?? []).flatMap(nodesOf)];
}

const nodes = (plan: string) => nodesOf(nodeSchema.parse(JSON.parse(plan)));

/** The scans of tables with more than one file. */
export function fileScans(plan: string): FileScan[] {
  return nodes(plan).flatMap(({ extra_info = {} }) => {
    const scanned = z.templateLiteral([z.number(), "/", z.number()]).safeParse(extra_info["Scanning Files"]);
    if (!scanned.success) return [];
    const [opened = 0, all = 0] = scanned.data.split("/").map(Number);
    return [{ opened, all }];
  });
}

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
