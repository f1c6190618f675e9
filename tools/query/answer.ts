/** What a question is answered with, whoever answers it. */
import type { Value } from "../../local/google/duckdb";

export type { Value } from "../../local/google/duckdb";

export interface Answer {
  /** In order, with BigQuery's names of types. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly Readonly<Record<string, Value>>[];
}

/** Where questions go. */
export interface Source {
  /** In a sentence. */
  readonly about: string;
  /** @throws an error whose `message` is for the user. */
  ask(googleSql: string): Promise<Answer>;
  close(): void;
}
