/** What is dear to make and the same for several test files is made once a run of tests, and lies in the run's own folder. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";

/** What `make` gives for the key, made now or by another file of this run; both plain data. */
export async function onceARun(key: unknown, make: () => Promise<unknown>): Promise<unknown> {
  const folder = process.env.WATTLAKE_TEST_RUN;
  if (folder === undefined) throw new Error("start-run.cjs has not made the run's folder");
  const path = join(folder, createHash("sha256").update(JSON.stringify(key)).digest("hex"));
  if (!existsSync(path)) {
    // Whole or not at all: another worker may make the same at the same time.
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, serialize(await make()));
    renameSync(draft, path);
  }
  const made: unknown = deserialize(readFileSync(path));
  return made;
}
