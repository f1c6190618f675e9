/** Loads many objects some at a time, in order: a small one costs a round trip, and a day may have 66,000 of them. */
import type { LakeObject } from "./store";

/** What may be under way from S3 at once: many tiny objects, or a few large ones. */
export const aheadLimits = { objects: 32, bytes: 8 * 1024 * 1024 };

export function makeAhead() {
  const limits = { ...aheadLimits };

  /** Yields each object with what `load` makes of it; an object beyond the bytes is loaded when all before it are used up. */
  return async function* ahead<T>(
    objects: LakeObject[],
    load: (object: LakeObject) => Promise<T>,
  ): AsyncGenerator<{ object: LakeObject; loaded: T }> {
    const queue: { object: LakeObject; loading: Promise<T> }[] = [];
    let size = 0;
    let next = 0;
    while (next < objects.length || queue.length > 0) {
      for (; next < objects.length; next++) {
        const object = objects[next] as LakeObject;
        if (queue.length > 0 && (queue.length >= limits.objects || size + object.size > limits.bytes)) break;
        const loading = load(object);
        // A failure surfaces where it is awaited, not here.
        loading.catch(() => undefined);
        queue.push({ object, loading });
        size += object.size;
      }
      const first = queue.shift();
      if (!first) return;
      yield { object: first.object, loaded: await first.loading };
      size -= first.object.size;
    }
  };
}
