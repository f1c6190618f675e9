/** The folder of a local cloud: its own, used by one process at a time, emptied only when it is recognised. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { userError } from "./options";

const marker = "wattlake-state";
const lock = "lock";

/** Claims the folder. @throws a `UserError` where another process uses it, or it holds something else. */
export function claimStateDirectory(path: string, emptied: "emptied" | "kept"): { directory: string; release(): void } {
  const directory = resolve(path);
  const content = existsSync(directory) ? readdirSync(directory) : [];
  if (content.length > 0 && !content.includes(marker))
    throw userError(`${directory} holds other things than the state of wattlake. Choose another folder with --state.`);
  const lockPath = join(directory, lock);
  const owner = existsSync(lockPath) ? Number(readFileSync(lockPath, "utf8")) : undefined;
  if (owner !== undefined && owner !== process.pid && isAlive(owner))
    throw userError(`${directory} is in use by process ${owner}. Stop it, or choose another folder with --state.`);
  if (emptied === "emptied") rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, marker), "What npm start leaves here may be deleted.\n");
  writeFileSync(lockPath, String(process.pid));
  return { directory, release: () => rmSync(lockPath, { force: true }) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
