/**
 * A lock on a file that the system releases when its process ends, however that happens: no process number that another
 * program has by now, and nothing to clean up after a crash, a full disk or a reboot.
 *
 * It is the POSIX lock of an exclusive transaction of SQLite, which Node has built in, on Linux and macOS. Nothing is ever
 * written: an empty file is an empty database.
 */
import { truncateSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";

const failure = z.object({ errcode: z.int() });
/** Of SQLite, sqlite.org/rescode.html. */
const codes = { busy: 5, notADatabase: 26 };

/** Makes the file where it is missing, and empties one with any text. Returns what releases it; undefined where it is held. */
export function takeSystemLock(path: string): (() => void) | undefined {
  const taken = attempt(path);
  if (taken !== "not a database") return taken;
  truncateSync(path);
  return takeSystemLock(path);
}

function attempt(path: string): (() => void) | "not a database" | undefined {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // The journal would be a second file.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return () => database.close();
  } catch (error) {
    database.close();
    const code = failure.safeParse(error).data?.errcode;
    if (code === codes.busy) return undefined;
    if (code === codes.notADatabase) return "not a database";
    throw error;
  }
}
