/** A batch of work, of which one piece may fail and the others are done all the same. */

/**
 * Does each item, and adds up what they return. Then the first failure is the batch's, so that what passes by itself is tried
 * again; its message names each item that failed, with the reason.
 */
export async function sumOfBatch<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  work: (item: Item) => Promise<number>,
): Promise<number> {
  const failures: { name: string; error: unknown }[] = [];
  let sum = 0;
  for (const item of items) {
    try {
      sum += await work(item);
    } catch (error) {
      failures.push({ name: nameOf(item), error });
    }
  }
  const [first] = failures;
  if (first === undefined) return sum;
  if (items.length === 1) throw first.error;
  const texts = failures.map(({ name, error }) => `${name}: ${error instanceof Error ? error.message : error}`);
  const name = first.error instanceof Error ? first.error.name : "Error";
  throw Object.assign(new Error(texts.join("; ")), { name });
}
