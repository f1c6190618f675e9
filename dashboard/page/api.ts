/** What the server answers, checked where it arrives. */
import * as z from "zod/mini";
import type { ScreenName } from "../questions/screen-names";
import type { Range } from "./ranges";

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const tableSchema = z.object({
  columns: z.array(z.object({ name: z.string(), unit: z.string(), description: z.string() })),
  rows: z.array(z.record(z.string(), cell)),
});
const answerSchema = z.object({
  site: z.string(),
  zone: z.string(),
  currency: z.string(),
  range: z.object({
    from: z.string(),
    to: z.string(),
    grain: z.enum(["slot", "hour", "day", "month"]),
    start: z.string(),
    end: z.string(),
  }),
  asOf: z.string(),
  tables: z.record(z.string(), tableSchema),
});
const sitesSchema = z.object({
  live: z.boolean(),
  sites: z.array(z.object({ id: z.string(), zone: z.string(), currency: z.string(), today: z.string() })),
});
const mistakesSchema = z.object({ mistakes: z.array(z.string()) });

export type Cell = z.infer<typeof cell>;
export type Row = Readonly<Record<string, Cell>>;
export type Column = z.infer<typeof tableSchema>["columns"][number];
export type Table = z.infer<typeof tableSchema>;
export type Answer = z.infer<typeof answerSchema>;
export type Grain = Answer["range"]["grain"];
export type Sites = z.infer<typeof sitesSchema>;

export const readSites = async (): Promise<Sites> => sitesSchema.parse(await read("/api/sites"));

/** @param tables - Which ones; by default those that the screen is first drawn with. */
export const readScreen = async (
  screen: ScreenName,
  site: string,
  range: Range,
  signal: AbortSignal,
  tables?: readonly string[],
): Promise<Answer> => {
  const names = tables ? `&tables=${tables.join(",")}` : "";
  return answerSchema.parse(await read(`/api/${screen}?${query(site, range)}${names}`, signal));
};

export const csvAddress = (
  screen: ScreenName,
  table: string,
  site: string,
  range: Pick<Range, "from" | "to">,
): string => `/api/${screen}/${table}.csv?${query(site, range)}`;

/** A table that the screen's answer does not hold, narrowed to rows with these values. */
export const readTable = async (
  screen: ScreenName,
  table: string,
  site: string,
  range: Pick<Range, "from" | "to">,
  only: Readonly<Record<string, string>> = {},
): Promise<Table> =>
  tableSchema.parse(await read(`/api/${screen}/${table}.json?${query(site, range)}&${new URLSearchParams(only)}`));

const query = (site: string, { from, to }: Pick<Range, "from" | "to">) =>
  new URLSearchParams({ site, from, to }).toString();

async function read(path: string, signal?: AbortSignal): Promise<unknown> {
  const response = await fetch(path, { headers: { accept: "application/json" }, ...(signal && { signal }) });
  const body: unknown = await response.json();
  if (response.ok) return body;
  const parsed = mistakesSchema.safeParse(body);
  throw new Error(parsed.success ? parsed.data.mistakes.join(" ") : `${response.status} ${response.statusText}`);
}

/** A table of an answer. @throws where the server has none of that name. */
export function tableOf({ tables }: Answer, name: string): Table {
  const table = tables[name];
  if (table === undefined) throw new Error(`The server has no table ${name}.`);
  return table;
}

/** A number of a row; undefined where it is not known. */
export function numberOf(row: Row, name: string): number | undefined {
  const value = row[name];
  if (value === null) return undefined;
  if (typeof value !== "number") throw new Error(`The column ${name} holds no number: ${value}`);
  return value;
}

export function textOf(row: Row, name: string): string {
  const value = row[name];
  if (typeof value !== "string") throw new Error(`The column ${name} holds no text: ${value}`);
  return value;
}
