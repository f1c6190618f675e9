/** The bodies of a bucket's objects: a file each, at the path of its key. */
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FileNames } from "./file-names";

export class Bodies {
  constructor(
    private readonly directory: string,
    private readonly names: FileNames,
  ) {}

  has(key: string): boolean {
    return existsSync(this.pathOf(key));
  }

  /** The caller closes the file. @throws where it does not have the size (bytes) that it was stored with */
  open(key: string, size: number): number {
    const path = this.pathOf(key);
    const file = openSync(path, "r");
    const actual = fstatSync(file).size;
    if (actual === size) return file;
    closeSync(file);
    throw new Error(`${path} was changed from outside: it has ${actual} bytes, not ${size}`);
  }

  /** Makes the directories that the body needs. */
  makeRoom(key: string): void {
    mkdirSync(dirname(this.pathOf(key)), { recursive: true });
  }

  /** Moves a file to the key's place, where there is room. */
  take(key: string, path: string): void {
    renameSync(path, this.pathOf(key));
  }

  /** Removes the file and the directories that it leaves empty. */
  remove(key: string): void {
    const path = this.pathOf(key);
    rmSync(path, { force: true });
    for (let parent = dirname(path); parent !== this.directory; parent = dirname(parent)) {
      if (!removeEmpty(parent)) return;
    }
  }

  private pathOf(key: string): string {
    return join(this.directory, this.names(key));
  }
}

function removeEmpty(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch (error) {
    const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
    if (code === "ENOTEMPTY" || code === "EEXIST") return false;
    if (code === "ENOENT") return true;
    throw error;
  }
}
