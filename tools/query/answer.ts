/** What a question is answered with, whoever answers it. */
import type { Value } from "../../local/google/duckdb";

export type { Value } from "../../local/google/duckdb";

export interface Answer {
  /** In order, with BigQuery's names of types. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly Readonly<Record<string, Value>>[];
}

/** The value of a named parameter, as text; a date is `2025-06-01`. */
export interface Parameter {
  readonly type: "STRING" | "INT64" | "DATE" | "TIMESTAMP";
  readonly value: string;
}
/** By name, without the `@`. */
export type Parameters = Readonly<Record<string, Parameter>>;

/** Where questions go. */
export interface Source {
  /** In a sentence. */
  readonly about: string;
  /** @throws an error whose `message` is for the user. */
  ask(googleSql: string, parameters?: Parameters): Promise<Answer>;
  close(): void;
}
