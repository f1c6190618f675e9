/**
 * Before each test file: DuckDB's text of a GoogleSQL text is made once a run. It depends on nothing but that text, and
 * the first translations of a file, which compile the translator, take longer than most of its tests.
 */
import { onceARun } from "./run-folder";

jest.mock("../local/google/duckdb/googlesql", () => {
  const actual = jest.requireActual<typeof import("../local/google/duckdb/googlesql")>("../local/google/duckdb/googlesql");
  const toDuckDb: typeof actual.toDuckDb = async (googleSql, parameters = {}) =>
    Object.keys(parameters).length > 0
      ? actual.toDuckDb(googleSql, parameters)
      : String(await onceARun(["translation", googleSql], () => actual.toDuckDb(googleSql)));
  return { ...actual, toDuckDb };
});
