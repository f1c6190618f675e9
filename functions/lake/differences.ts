/** Says where two files that should be the same are not. */
import { gunzipSync } from "node:zlib";

/** The first difference between a file of the lake and what was made again; undefined where there is none. */
export function differenceOf(key: string, record: Buffer | undefined, again: Buffer | undefined): string | undefined {
  if (record === undefined && again === undefined) return undefined;
  if (record === undefined) return `${key} is missing in the record`;
  if (again === undefined) return `${key} is in the record, and was not made again`;
  if (record.equals(again)) return undefined;
  const [was, is] = [linesOf(record), linesOf(again)];
  const byte = record.findIndex((value, index) => value !== again[index]);
  if (was === undefined)
    return `${key} cannot be unpacked any more, and differs from byte ${byte < 0 ? record.length : byte} on`;
  if (is === undefined) return `${key} was made again as something that cannot be unpacked`;
  const at = was.findIndex((line, index) => line !== is[index]);
  const first = at < 0 ? was.length : at;
  if (at < 0 && was.length === is.length) {
    return `${key} has the same lines and differs at byte ${byte < 0 ? record.length : byte}`;
  }
  const counted = was.length === is.length ? "" : ` (${was.length} lines, made again ${is.length})`;
  const shown = (line: string | undefined) => (line === undefined ? "nothing" : line.slice(0, 300));
  return `${key} differs at line ${first + 1}${counted}: the record has ${shown(was[first])}, made again it is ${shown(is[first])}`;
}

/** The lines of a file, packed or plain; undefined where it cannot be unpacked. */
function linesOf(bytes: Buffer): string[] | undefined {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip && bytes[0] !== 0x7b) return undefined;
  try {
    return (isGzip ? gunzipSync(bytes) : bytes)
      .toString()
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    return undefined;
  }
}
