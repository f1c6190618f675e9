/** The conditional headers of reads and writes, and byte ranges (RFC 9110). */
import type { Precondition } from "./bucket";
import { noSuchKey, notImplemented, preconditionFailed, S3Error } from "./errors";
import type { StoredObject } from "./journal";

type Headers = Record<string, string>;

const matches = (header: string, etag: string) =>
  header.split(",").some((tag) => ["*", etag, `"${etag}"`, `W/"${etag}"`].includes(tag.trim()));

/** `If-None-Match: *` (only where there is nothing) and `If-Match` (only over what was seen). */
export function writePrecondition(bucket: string, key: string, headers: Headers): Precondition {
  const ifNoneMatch = headers["if-none-match"];
  const ifMatch = headers["if-match"];
  if (ifNoneMatch !== undefined && ifNoneMatch !== "*") throw notImplemented("If-None-Match with an ETag on a write");
  return (current) => {
    if (ifNoneMatch !== undefined && current) throw preconditionFailed("If-None-Match");
    if (ifMatch === undefined) return;
    if (!current) throw noSuchKey(bucket, key);
    if (!matches(ifMatch, current.etag)) throw preconditionFailed("If-Match");
  };
}

/** Whether a read is answered by 304; throws where it must fail. */
export function isNotModified({ etag, modified_ms }: StoredObject, headers: Headers): boolean {
  const ifMatch = headers["if-match"];
  const ifNoneMatch = headers["if-none-match"];
  const unmodifiedSince = headers["if-unmodified-since"];
  const modifiedSince = headers["if-modified-since"];
  // HTTP dates have whole seconds.
  const modified = Math.floor(modified_ms / 1000) * 1000;
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, etag)) throw preconditionFailed("If-Match");
  } else if (unmodifiedSince !== undefined && modified > Date.parse(unmodifiedSince)) {
    throw preconditionFailed("If-Unmodified-Since");
  }
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, etag);
  return modifiedSince !== undefined && modified <= Date.parse(modifiedSince);
}

/** The bytes that a Range header asks for, or nothing where there is none to follow. */
export function parseRange(header: string | undefined, size: number): { start: number; length: number } | undefined {
  if (header === undefined) return undefined;
  if (/^bytes=.*,/.test(header)) throw notImplemented("A Range of several parts");
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (first === undefined || last === undefined || first + last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(size - 1, Number(last));
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  if (start >= size) {
    const headers = { "content-range": `bytes */${size}` };
    throw new S3Error(416, "InvalidRange", `The range ${header} lies outside the ${size} bytes.`, headers);
  }
  return { start, length: end - start + 1 };
}
