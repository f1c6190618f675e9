/** Answers a screen's tables: their rows, and of each column the unit and what the catalog says of it. */
import type { Catalog } from "../../sql/catalog";
import { type Asked, type Row, type Table, unitOf } from "../questions/question";
import type { AskedRange } from "./asked-range";
import type { Asking } from "./asking";
import { rangeOf } from "./range";

export interface AnsweredTable {
  readonly columns: readonly { readonly name: string; readonly unit: string; readonly description: string }[];
  readonly rows: readonly Row[];
}

/**
 * Everything that a table needs to answer.
 * @param signal - When nobody waits for the answer any more.
 * @param only - Values that columns shall have.
 */
export function makeAsked(
  { site, from, to }: AskedRange,
  asking: Asking,
  now: number,
  signal: AbortSignal,
  only: Readonly<Record<string, string>>,
): Asked {
  const named = {
    site: { type: "STRING", value: site.id },
    from_date: { type: "DATE", value: from },
    to_date: { type: "DATE", value: to },
  } as const;
  return {
    ...{ site, now, only, range: rangeOf(from, to, site.zone) },
    async ask(googleSql, parameters = {}) {
      const all = Object.entries({ ...named, ...parameters }).filter(([name]) => googleSql.includes(`@${name}`));
      const { rows } = await asking(googleSql, Object.fromEntries(all), signal);
      return rows;
    },
  };
}

export async function answerTable(table: Table, asked: Asked, catalog: Catalog): Promise<AnsweredTable> {
  const view = table.view(asked.range);
  const described = catalog.views.find(({ name }) => name === view)?.columns ?? [];
  const columns = Object.keys(table.row.shape).map((name) => {
    const description = table.own[name] ?? described.find((each) => each.name === name)?.description;
    if (description === undefined) throw new Error(`the view ${view} has no column ${name}`);
    return { name, unit: unitOf(name, asked.site.currency), description };
  });
  return { columns, rows: await table.rows(asked) };
}
