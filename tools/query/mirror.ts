/** Asks the mirror in a state folder whose process has ended, with a DuckDB of its own. It only reads, so it takes no lock. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { openWarehouse, reasonOf, toDate, toTimestamp, type Warehouse } from "../../local/google/duckdb";
import { bucketsDirectoryOf } from "../../local/google/storage";
import { userError } from "../../local/session/options";
import { readCatalog } from "../../sql/catalog";
import type { Parameter, Source } from "./answer";

/**
 * Bills and comparisons ask for whole periods many times over, and to plan them from the readings on takes DuckDB longer than
 * to compute the energy of all slots once. What is asked about energy alone reads the files of its days only.
 */
const kept = ["billed_energy"];

/** @throws a `UserError` where the folder holds no mirror. */
export async function askMirror(stateDirectory: string): Promise<Source> {
  const warehouse = await openWarehouse({ ...readCatalog(), kept, mirrorDirectory: findMirror(stateDirectory) });
  const about = `Asked the mirror in ${stateDirectory}: npm start does not run there, so without live readings.`;
  return askWarehouse(warehouse, about);
}

/** Asks DuckDB itself; closing it closes the warehouse. */
export const askWarehouse = (warehouse: Pick<Warehouse, "execute" | "close">, about: string): Source => ({
  about,
  async ask(googleSql, parameters = {}) {
    const values = Object.entries(parameters).map(([name, parameter]) => [name, bound(parameter)]);
    try {
      return await warehouse.execute(googleSql, Object.fromEntries(values));
    } catch (error) {
      throw new Error(reasonOf(error), { cause: error });
    }
  },
  close: warehouse.close,
});

function bound({ type, value }: Parameter) {
  if (type === "DATE") return toDate(value);
  if (type === "INT64") return BigInt(value);
  return type === "TIMESTAMP" ? toTimestamp(value) : value;
}

/** The program has one bucket on Google Cloud: the mirror. */
function findMirror(stateDirectory: string): string {
  const buckets = bucketsDirectoryOf(stateDirectory);
  const [mirror, ...others] = folders(buckets);
  if (mirror === undefined)
    throw userError(
      `${stateDirectory} holds no mirror yet: fill it with npm start, or name its state folder with --state.`,
    );
  if (others.length > 0) throw new Error(`${buckets} holds several buckets: ${[mirror, ...others].join(", ")}.`);
  return join(buckets, mirror);
}

function folders(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return [];
  }
}
