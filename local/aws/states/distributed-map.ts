/**
 * Carries out a distributed map: takes its items from the state or from S3, puts them into batches, and runs each batch as
 * an execution of its own, with what AWS limits.
 */
import { z } from "zod";
import { bytesOf, named, tooLarge } from "./history";
import { StateMachine } from "./interpreter";
import type { DistributedMap } from "./map-definition";

type Json = z.infer<ReturnType<typeof z.json>>;
type JsonObject = { [key: string]: Json };
type Context = { readonly [key: string]: unknown };

export interface MapSurroundings {
  /** Gets an object with the machine's role. */
  readObject(bucket: string, key: string): Promise<string>;
  /** Runs a child to its end. */
  runChild(input: Json, index: number): Promise<Json>;
  /** Some more children have begun or ended. */
  onProgress(begun: number, done: number): void;
}

/** Children at once where the definition does not say. */
const defaultConcurrency = 10_000;

export async function runMap(
  map: DistributedMap,
  input: Json,
  context: Context,
  surroundings: MapSurroundings,
): Promise<Json> {
  const items = await select(map, await itemsOf(map, input, context, surroundings), input, context);
  const batches = inBatches(map, items);
  for (const { given } of batches) {
    const bytes = bytesOf(given);
    if (bytes > childBytes) throw tooLarge(map.name, bytes);
  }
  const results: (Json | undefined)[] = [];
  let [next, begun, done, failedItems] = [0, 0, 0, 0];
  let failure: unknown;
  const isTolerated = () => {
    const { ToleratedFailureCount: count, ToleratedFailurePercentage: share } = map.state;
    if (failedItems === 0) return true;
    const within = (limit: number | undefined, value: number) => limit === undefined || value <= limit;
    const isLimited = count !== undefined || share !== undefined;
    return isLimited && within(count, failedItems) && within(share, (100 * failedItems) / items.length);
  };
  async function work(): Promise<void> {
    for (let at = next++; at < batches.length && isTolerated(); at = next++) {
      const batch = batches[at];
      if (!batch) return;
      surroundings.onProgress(++begun, done);
      try {
        results[at] = await surroundings.runChild(batch.given, at);
      } catch (error) {
        failure ??= error;
        failedItems += batch.items;
      }
      surroundings.onProgress(begun, ++done);
    }
  }
  const workers = Math.min(map.state.MaxConcurrency || defaultConcurrency, batches.length);
  await Promise.all(Array.from({ length: workers }, work));
  if (!isTolerated()) {
    const reason = failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);
    throw named(
      "States.ExceedToleratedFailureThreshold",
      `The state "${map.name}": ${failedItems} of ${items.length} items failed. ${reason}`,
    );
  }
  // The history of a failed child is where it is looked up; the result has the others'.
  return results.filter((result) => result !== undefined);
}

/** A child may be given what a state may. */
const childBytes = 262_144;

async function itemsOf(
  map: DistributedMap,
  input: Json,
  context: Context,
  { readObject }: MapSurroundings,
): Promise<Json[]> {
  const { ItemReader, ItemsPath = "$" } = map.state;
  if (!ItemReader) {
    const { items } = await evaluate({ "items.$": ItemsPath }, input, context);
    const list = z.array(z.json()).safeParse(items);
    if (!list.success) throw named("States.Runtime", `The items of "${map.name}" (${ItemsPath}) are no list.`);
    return list.data;
  }
  const { Bucket, Key } = z
    .object({ Bucket: z.string(), Key: z.string() })
    .parse(await evaluate(ItemReader.Parameters, input, context));
  const failed = (reason: string) =>
    named("States.ItemReaderFailed", `The items of "${map.name}" (s3://${Bucket}/${Key}) cannot be read: ${reason}`);
  const text = await readObject(Bucket, Key).catch((error: unknown) => {
    throw failed(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  });
  const list = z.array(z.json()).safeParse(attemptJson(text));
  if (!list.success) throw failed("it is no JSON list");
  return list.data;
}

function attemptJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function select(
  { state: { ItemSelector } }: DistributedMap,
  items: readonly Json[],
  input: Json,
  context: Context,
) {
  if (ItemSelector === undefined) return items;
  const selected: Json[] = [];
  for (const [Index, Value] of items.entries())
    selected.push(await evaluate(ItemSelector, input, { ...context, Map: { Item: { Index, Value } } }));
  return selected;
}

function inBatches({ state: { ItemBatcher } }: DistributedMap, items: readonly Json[]) {
  if (!ItemBatcher) return items.map((given) => ({ given, items: 1 }));
  const { MaxItemsPerBatch = Number.POSITIVE_INFINITY, MaxInputBytesPerBatch = childBytes } = ItemBatcher;
  const batches: { given: Json; items: number }[] = [];
  let batch: Json[] = [];
  let size = 0;
  const close = () => {
    if (batch.length > 0) batches.push({ given: { Items: batch }, items: batch.length });
    [batch, size] = [[], bytesOf({ Items: [] })];
  };
  close();
  for (const item of items) {
    const bytes = bytesOf(item) + 1;
    if (batch.length >= MaxItemsPerBatch || (batch.length > 0 && size + bytes > MaxInputBytesPerBatch)) close();
    batch.push(item);
    size += bytes;
  }
  close();
  return batches;
}

/** A payload template as a state evaluates it. */
async function evaluate(template: JsonObject, input: Json, context: Context): Promise<JsonObject> {
  const machine = new StateMachine(
    { StartAt: "It", States: { It: { Type: "Pass", Parameters: template, End: true } } },
    { validationOptions: { noValidate: true } },
  );
  const { result } = machine.run(input, { context });
  return z.record(z.string(), z.json()).parse(await result);
}
