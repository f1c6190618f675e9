/** A warehouse over a mirror directory whose daily files and manifests are replaced from case to case. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWarehouse, type Warehouse } from "../../local/google/duckdb/warehouse";
import { readCatalog, withoutLive } from "../../sql/catalog";
import { writeEmptyLake, writeFirstFiles } from "./lake";

export interface Mirror {
  readonly directory: string;
  readonly warehouse: Warehouse;
  /** Takes away what days left, and looks again when `write` has written others. */
  replaceFiles(write: () => void): Promise<void>;
  close(): void;
}

/**
 * @param catalog - By default without the live path.
 * @param kept - Views that are computed once, until the files change.
 */
export async function openMirror(catalog = withoutLive(readCatalog()), kept: readonly string[] = []): Promise<Mirror> {
  const directory = mkdtempSync(join(tmpdir(), "wattlake-mirror-"));
  writeEmptyLake(directory);
  const warehouse = await openWarehouse({ ...catalog, kept, mirrorDirectory: directory });
  return {
    directory,
    warehouse,
    async replaceFiles(write) {
      for (const folder of ["daily", "manifests"]) rmSync(join(directory, folder), { recursive: true, force: true });
      writeFirstFiles(directory);
      write();
      await warehouse.refresh();
    },
    close() {
      warehouse.close();
      rmSync(directory, { recursive: true });
    },
  };
}
