/**
 * Why an amount is what it is: of a range its components, of one component its days, of a component's day its slots.
 */
import { z } from "zod";
import type { Parameter } from "../../../tools/query/answer";
import type { Asked, Table } from "../question";

const number = z.number().nullable();
const row = z.object({
  start: z.string(),
  component: z.string(),
  component_name: z.string(),
  version: z.string(),
  band: z.string(),
  block: number,
  rule: z.string(),
  energy_wh: number,
  price: number,
  net: number,
  gross: number,
  slots: z.number(),
  quality: z.string().nullable(),
  is_example: z.boolean(),
});

const types: Readonly<Record<string, Parameter["type"]>> = { version: "DATE" };

async function readWhy({ ask, range, only }: Asked): Promise<z.infer<typeof row>[]> {
  const isOfComponent = "component" in only;
  const isOfSlots = isOfComponent && range.from === range.to;
  const start = isOfSlots ? "slot_start" : isOfComponent ? "date" : "MIN(date)";
  const groups = [
    ...(isOfSlots ? ["slot_start", "quality"] : isOfComponent ? ["date"] : []),
    ...["component", "component_name", "version", "band", "block", "rule", "price", "is_example"],
  ];
  const narrowed = Object.keys(only).map((name) => ` AND ${name} = @only_${name}`);
  const answered = await ask(
    `SELECT
       ${start} AS start, component, component_name, version, band, block, rule, price, is_example,
       ${isOfSlots ? "quality" : "CAST(NULL AS STRING) AS quality"},
       SUM(energy_wh) AS energy_wh, SUM(net) AS net, SUM(gross) AS gross, COUNT(*) AS slots
     FROM explain_cost(@site, @from_date, @to_date)
     WHERE TRUE${narrowed.join("")}
     GROUP BY ${groups.join(", ")}
     ORDER BY start, component, band, block, rule`,
    Object.fromEntries(
      Object.entries(only).map(([name, value]) => [`only_${name}`, { type: types[name] ?? "STRING", value }]),
    ),
  );
  return z.array(row).parse(answered);
}

export const explain: Table = {
  name: "explain",
  view: () => "explain_cost",
  own: {
    start: "First local day, or start of the slot, UTC.",
    slots: "Quarter hours that it is made of.",
  },
  alone: ["component", "version", "band"],
  row,
  rows: readWhy,
};
