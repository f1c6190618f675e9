/** What a screen asks the views: tables, each with its GoogleSQL and the schema of its rows. Nothing else here knows SQL. */
import type { z } from "zod";
import type { Parameters } from "../../tools/query/answer";
import type { Range } from "../server/range";

export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

export interface Site {
  readonly id: string;
  /** IANA time zone. */
  readonly zone: string;
  /** ISO 4217. */
  readonly currency: string;
  /** Whether it has a tariff. */
  readonly has_plan: boolean;
}

/** What a table is asked for, and whom it asks. */
export interface Asked {
  readonly site: Site;
  readonly range: Range;
  /** The instant of the question, ms. */
  readonly now: number;
  /** Values that columns shall have, of those that the table is narrowed by. */
  readonly only: Readonly<Record<string, string>>;
  /** Rows of a question with `@site`, `@from_date` and `@to_date`, and the parameters beside them. */
  ask(googleSql: string, parameters?: Parameters): Promise<readonly unknown[]>;
}

export interface Table {
  readonly name: string;
  /** The view whose descriptions its columns have. */
  view(range: Range): string;
  /** Descriptions of the columns that the view does not have. */
  readonly own: Readonly<Record<string, string>>;
  /**
   * For a table that the screen's answer does not hold, because it takes long or because somebody must ask why first: it is
   * asked for by itself, narrowed by values of these columns where they are given. @default part of the screen's answer
   */
  readonly alone?: readonly string[];
  /** Its columns, in order. */
  readonly row: z.ZodObject;
  rows(asked: Asked): Promise<readonly Row[]>;
  /** Whether the screen is drawn without it first: it is answered only when it is asked for by name. */
  readonly later?: true;
}

const units: readonly (readonly [RegExp, string])[] = [
  [/_wh$/, "Wh"],
  [/_kw$/, "kW"],
  [/_w$/, "W"],
  [/_s$/, "s"],
  [/_minutes$/, "min"],
  [/_share$/, "1"],
];
const amounts =
  /^(?:price|net|vat|gross|at_least|at_most|\w+_gross|gross_per_day|difference|saving_\d+_percent|ceiling)$/;

/** The unit of a column, which its name carries; empty for one without. */
export function unitOf(column: string, currency: string): string {
  if (column === "price") return `${currency}/kWh`;
  if (amounts.test(column)) return currency;
  return units.find(([pattern]) => pattern.test(column))?.[1] ?? "";
}
