/** Stretches of time of which something is known, in order and without overlap. */

export interface Stretch<Value> {
  readonly startMs: number;
  readonly endMs: number;
  readonly value: Value;
}

/** A span cut into what is known of it; `undefined` where nothing is. */
export function stretchesWithin<Value>(
  stretches: readonly Stretch<Value>[],
  span: { readonly startMs: number; readonly endMs: number },
): Stretch<Value | undefined>[] {
  const found: Stretch<Value | undefined>[] = [];
  let from = span.startMs;
  for (let at = firstEndingAfter(stretches, from); from < span.endMs; at++) {
    const next = stretches[at];
    const startMs = Math.min(next?.startMs ?? span.endMs, span.endMs);
    if (startMs > from) found.push({ startMs: from, endMs: startMs, value: undefined });
    if (next === undefined || startMs === span.endMs) return found;
    const endMs = Math.min(next.endMs, span.endMs);
    found.push({ startMs: Math.max(startMs, from), endMs, value: next.value });
    from = endMs;
  }
  return found;
}

/** By halving: a series of a year has thousands. */
function firstEndingAfter(stretches: readonly Stretch<unknown>[], ms: number): number {
  let [low, high] = [0, stretches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[middle]?.endMs ?? ms) > ms) high = middle;
    else low = middle + 1;
  }
  return low;
}
