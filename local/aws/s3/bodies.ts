/** The bodies of a bucket's objects: a file each, at the path of its key. */
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { FileNames } from "./file-names";
import type { StoredObject } from "./journal";

/** A file that is not what was stored: cut, filled with zeros after a power cut, or changed by hand. */
export class DamagedBody extends Error {
  constructor(
    readonly key: string,
    readonly pathOf: (key: string) => string,
    difference: string,
  ) {
    super(`${pathOf(key)} was changed from outside: ${difference}.`);
  }
}

/** Bytes; of a larger file the size alone is looked at. */
const comparedWhole = 256 << 10;

export class Bodies {
  constructor(
    private readonly directory: string,
    private readonly names: FileNames,
  ) {}

  has(key: string): boolean {
    return existsSync(this.pathOf(key));
  }

  /** The caller closes the file. @throws DamagedBody where it is not as it was stored */
  open(key: string, stored: Pick<StoredObject, "size" | "etag">): number {
    const file = openSync(this.pathOf(key), "r");
    const difference = differenceOf(file, stored);
    if (difference === undefined) return file;
    closeSync(file);
    throw new DamagedBody(key, this.pathOf, difference);
  }

  /** The damage of a file, of its size alone or of its bytes too; undefined where there is none. */
  damageOf(
    key: string,
    object: Pick<StoredObject, "size" | "etag">,
    looked: "size" | "bytes",
  ): DamagedBody | undefined {
    const actual = statSync(this.pathOf(key)).size;
    if (actual !== object.size) return new DamagedBody(key, this.pathOf, otherSize(actual, object.size));
    if (looked === "size") return undefined;
    const file = openSync(this.pathOf(key), "r");
    const difference = differenceOf(file, object);
    closeSync(file);
    return difference === undefined ? undefined : new DamagedBody(key, this.pathOf, difference);
  }

  /** The files that belong to none of the keys. One with a hidden name is none of ours. */
  others(keys: Iterable<string>): string[] {
    const known = new Set(Array.from(keys, this.pathOf));
    return readdirSync(this.directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((path) => !known.has(path))
      .sort();
  }

  /** A power cut, or somebody, may have taken even the folder of all bodies. */
  makeFolder(): void {
    mkdirSync(this.directory, { recursive: true });
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

  readonly pathOf = (key: string): string => join(this.directory, this.names(key));
}

const otherSize = (actual: number, size: number) => `it has ${actual} bytes, not ${size}`;

function differenceOf(file: number, { size, etag }: Pick<StoredObject, "size" | "etag">): string | undefined {
  const actual = fstatSync(file).size;
  if (actual !== size) return otherSize(actual, size);
  // The ETag of a multipart upload is no MD5.
  if (size > comparedWhole || etag.includes("-")) return undefined;
  const bytes = Buffer.alloc(size);
  readSync(file, bytes, 0, size, 0);
  return createHash("md5").update(bytes).digest("hex") === etag
    ? undefined
    : "it has other bytes than were stored, a checksum mismatch";
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
