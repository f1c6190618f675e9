/** What is acknowledged must outlive a power cut: writes go to the disk first, many in one go where many wait. */
import { fdatasync } from "node:fs";
import { promisify } from "node:util";

/** Brings what has been written to an open file so far to the disk. Calls that come while one is under way share the next. */
export function createSync(descriptor: number): () => Promise<void> {
  let underWay: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  return () => {
    next ??= (async () => {
      await underWay?.catch(() => undefined);
      underWay = next;
      next = undefined;
      await promisify(fdatasync)(descriptor);
    })();
    return next;
  };
}
