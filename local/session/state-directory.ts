/** The folder of a local cloud: its own, used by one process at a time, emptied only when it is recognised. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { userError } from "./options";
import { takeSystemLock } from "./system-lock";

/** Tells the folder; who uses it holds a lock of the system on this file, and it stays as long as the folder does. */
const marker = "wattlake-state";
/** The process that holds the lock, for the one that is turned away. Nobody trusts it without the lock. */
const owner = "lock";
/** What a mounted disk has in its top folder. */
const diskOwn = "lost+found";

/** Claims the folder. @throws a `UserError` where another process uses it, or it holds something else. */
export function claimStateDirectory(path: string, emptied: "emptied" | "kept"): { directory: string; release(): void } {
  const directory = resolve(path);
  const content = explained(directory, () => {
    makeFolder(directory);
    return readdirSync(directory).filter((name) => name !== diskOwn);
  });
  if (content.length > 0 && !content.includes(marker))
    throw userError(`${directory} holds other things than the state of wattlake. Choose another folder with --state.`);
  const ownerPath = join(directory, owner);
  const releaseLock = explained(directory, () => takeSystemLock(join(directory, marker)));
  if (releaseLock === undefined)
    throw userError(
      `${directory} is in use by ${processIn(ownerPath)}. Stop it, or choose another folder with --state.`,
    );
  try {
    explained(directory, () => {
      // The folder itself stays: it may be where a disk is mounted.
      if (emptied === "emptied")
        for (const name of content)
          if (name !== marker) rmSync(join(directory, name), { recursive: true, force: true });
      writeFileSync(ownerPath, String(process.pid));
    });
  } catch (error) {
    releaseLock();
    throw error;
  }
  return {
    directory,
    release() {
      rmSync(ownerPath, { force: true });
      releaseLock();
    },
  };
}

/** One after the other: Node's own `recursive` never returns where nothing can be made, as in `/proc`. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another start may have made it meanwhile.
    if (!existsSync(path)) throw error;
  }
}

function processIn(path: string): string {
  const text = existsSync(path) ? readFileSync(path, "utf8").trim() : "";
  return /^[1-9]\d*$/.test(text) ? `process ${text}` : "another process";
}

/** A full disk, a folder that may not be written, a file system without locks: told with the folder. */
function explained<T>(directory: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw Object.assign(userError(`${directory} cannot be used: ${reason}. Choose another folder with --state.`), {
      cause: error,
    });
  }
}
