/**
 * Views whose rows are kept: those of the last days under stored slots, which every question about energy and money reads.
 * Their rows are computed once, and again when anything that they are made of may have changed or the day has. What is asked
 * then plans and runs over a table, not over all steps from the readings on.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { oneAfterAnother } from "../../in-turn";
import { identifier } from "./external";

/** Keeps the rows of views that are asked for. */
export interface KeptViews {
  /** Brings the rows of a view up to date; `query` is DuckDB's. */
  follow(name: string, query: string): Promise<void>;
  /** Says that what views are made of may have changed. */
  outdate(): void;
}

export function makeKeptViews(connection: DuckDBConnection): KeptViews {
  let change = 0;
  const states = new Map<string, string>();
  const inTurn = oneAfterAnother();
  return {
    follow: (name, query) =>
      inTurn(async () => {
        // The views have CURRENT_DATE in them, which is UTC's of this computer's clock.
        const state = `${change} ${new Date().toISOString().slice(0, 10)}`;
        if (states.get(name) === state) return;
        await connection.run(`CREATE OR REPLACE TABLE ${identifier(name)} AS ${query}`);
        states.set(name, state);
      }),
    outdate: () => {
      change++;
    },
  };
}
