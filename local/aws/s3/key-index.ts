/** The keys of a bucket in S3's order (the bytes of their UTF-8), and pages of them. */

export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // UTF-16 puts the surrogates (code points from U+10000) before U+E000; UTF-8 puts them last.
    return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1;
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdfff;

/** Each key goes straight to its place: moving what lies behind costs some microseconds, sorting it anew milliseconds. */
export class KeyIndex {
  private readonly sorted: string[] = [];

  /** A key that is not in the index. */
  add(key: string): void {
    this.sorted.splice(this.placeOf(key), 0, key);
  }

  /** A key that is in the index. */
  remove(key: string): void {
    this.sorted.splice(this.placeOf(key), 1);
  }

  /** As it is now: the next change moves its keys. */
  ordered(): readonly string[] {
    return this.sorted;
  }

  private placeOf(key: string): number {
    return firstNot(this.sorted, (other) => compareKeys(other, key) < 0);
  }
}

/** Where a listing goes on: after a key, or past everything that begins with a common prefix. */
export type Position = { after: string } | { past: string };

export interface PageQuery {
  prefix: string;
  delimiter: string;
  start: Position | undefined;
  limit: number;
}

export interface Page {
  keys: string[];
  commonPrefixes: string[];
  /** Where the next page starts, if there is more. */
  next: Position | undefined;
}

export function pageOf(ordered: readonly string[], { prefix, delimiter, start, limit }: PageQuery): Page {
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  let at = Math.max(
    firstNot(ordered, (key) => compareKeys(key, prefix) < 0),
    start ? firstNot(ordered, isBefore(start)) : 0,
  );
  let last: Position | undefined;
  for (let key = ordered[at]; key?.startsWith(prefix); key = ordered[at]) {
    if (keys.length + commonPrefixes.length === limit) return { keys, commonPrefixes, next: last };
    const cut = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    if (cut < 0) {
      keys.push(key);
      last = { after: key };
      at += 1;
    } else {
      last = { past: key.slice(0, cut + delimiter.length) };
      commonPrefixes.push(last.past);
      at = firstNot(ordered, isBefore(last));
    }
  }
  return { keys, commonPrefixes, next: undefined };
}

function isBefore(position: Position): (key: string) => boolean {
  if ("after" in position) return (key) => compareKeys(key, position.after) <= 0;
  return (key) => key.startsWith(position.past) || compareKeys(key, position.past) < 0;
}

/** The index of the first key for which the condition, true up to some key, no longer holds. */
function firstNot(ordered: readonly string[], condition: (key: string) => boolean): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const key = ordered[middle];
    if (key !== undefined && condition(key)) low = middle + 1;
    else high = middle;
  }
  return low;
}
