/**
 * Reference data of many lines as a file: JSON Lines, gzip. The text of an asset is a part of the stack's state, so megabytes
 * are handed over by the file's name; of a file the state has the hash alone.
 */
import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { jsonLines } from "./json-lines";

const projectDirectory = join(__dirname, "..", "..");
/** Beside the packages: nobody keeps it, and it is there wherever the program can run. */
const directory = join("node_modules", ".cache", "wattlake");

/** @returns the path of the file, seen from the project's folder; the same lines have the same file. */
export function writeCompressedLines(name: string, lines: readonly object[]): string {
  const bytes = gzipSync(jsonLines(lines));
  const hash = createHash("sha256").update(bytes).digest("hex");
  const path = join(directory, `${name}-${hash}.jsonl.gz`);
  mkdirSync(join(projectDirectory, directory), { recursive: true });
  // Whole or not at all: another run of the program may write the same at the same time.
  const draft = join(projectDirectory, `${path}.${process.pid}`);
  writeFileSync(draft, bytes);
  renameSync(draft, join(projectDirectory, path));
  return path;
}
