/** Delivery streams: buffering hints on the virtual clock, the object's name and bytes, and what survives a crash. */

import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type DeliveryStream, openDeliveryStreams } from "../../../local/aws/firehose/delivery-stream";
import { createClock, type VirtualClock } from "../../../local/clock";
import { type Bench, ingestRoles, lake, startBench, stream } from "../fixture";

const start = Date.UTC(2025, 5, 1, 12, 59, 50);
let clock: VirtualClock;
let bench: Bench;
let failures: unknown[];
const opened: DeliveryStream[] = [];

async function open(resources = [lake, ...ingestRoles(), stream()]) {
  clock = createClock(start);
  failures = [];
  bench = await startBench(resources, clock.now);
  return reopen();
}

function reopen(): DeliveryStream {
  const { graph, identities, objects, directory } = bench;
  const onFailure = (error: unknown) => void failures.push(error);
  const [created] = openDeliveryStreams(graph, {
    identities,
    clock,
    s3Endpoint: objects.url,
    directory: join(directory, "firehose"),
    onFailure,
  });
  if (!created) throw new Error("no stream");
  opened.push(created);
  return created;
}

afterEach(async () => {
  for (const each of opened.splice(0)) each.close();
  await bench.close();
});

const text = (bytes: Buffer | undefined) => gunzipSync(bytes ?? "").toString();

it("puts what arrived within the interval, under the hour of the first record", async () => {
  const delivery = await open();
  delivery.put(Buffer.from("a\n"));
  await clock.advanceTo(start + 299_999);
  delivery.put(Buffer.from("b\n"));
  expect(await bench.contents()).toEqual(new Map());
  await clock.advanceTo(start + 300_000);
  delivery.put(Buffer.from("c\n"));
  await clock.advanceTo(start + 600_000);

  const contents = await bench.contents();
  const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
  expect([...contents.keys()]).toEqual([
    expect.stringMatching(`^raw/date=2025-06-01/hour=12/stream-1-2025-06-01-12-59-50-${uuid}\\.gz$`),
    expect.stringMatching(`^raw/date=2025-06-01/hour=13/stream-1-2025-06-01-13-04-50-${uuid}\\.gz$`),
  ]);
  expect([...contents.values()].map(text)).toEqual(["a\nb\n", "c\n"]);
  expect(failures).toEqual([]);
});

it("puts a full buffer at once", async () => {
  const delivery = await open();
  const record = Buffer.alloc(600 * 1024, "x");
  delivery.put(record);
  delivery.put(record);
  delivery.put(Buffer.from("next"));
  await delivery.flush();
  expect([...(await bench.contents()).values()].map((bytes) => text(bytes).length).sort((a, b) => a - b)).toEqual([
    4, 1_228_800,
  ]);
});

it("names an object by its content, so that a repeated put repeats it", async () => {
  const delivery = await open();
  delivery.put(Buffer.from("same"));
  await delivery.flush();
  const first = await bench.contents();
  delivery.put(Buffer.from("same"));
  await delivery.flush();
  expect(await bench.contents()).toEqual(first);
});

it("delivers after a restart what was accepted before it", async () => {
  const delivery = await open();
  delivery.put(Buffer.from("accepted\n"));
  // No flush and no close: the process is gone. A new one finds the buffer.
  const next = reopen();
  next.put(Buffer.from("later\n"));
  await clock.advanceTo(start + 300_000);
  expect([...(await bench.contents()).values()].map(text).sort()).toEqual(["accepted\n", "later\n"]);
  expect(reopen()).toBeDefined();
});

it("keeps what it may not put, says so, and tries again", async () => {
  const delivery = await open([lake, ...ingestRoles(["firehose"]), stream()]);
  delivery.put(Buffer.from("kept"));
  await clock.advanceTo(start + 300_000);
  await clock.advanceTo(start + 600_000);
  expect(failures).toHaveLength(2);
  expect(failures[0]).toMatchObject({
    name: "AccessDenied",
    message: expect.stringContaining("The role firehose is not allowed s3:PutObject"),
  });
  await expect(delivery.flush()).rejects.toThrow("cannot be put");
});

it("appends a date folder where the prefix has no time, and refuses expressions that it does not know", async () => {
  const delivery = await open([lake, ...ingestRoles(), stream({ prefix: "raw/", compressionFormat: "UNCOMPRESSED" })]);
  delivery.put(Buffer.from("plain"));
  await delivery.flush();
  const [[key, bytes] = []] = await bench.contents();
  expect(key).toMatch(/^raw\/2025\/06\/01\/12\/stream-1-[0-9a-f-]+$/);
  expect(bytes?.toString()).toBe("plain");
  await bench.close();
  const odd = await open([lake, ...ingestRoles(), stream({ prefix: "raw/!{partitionKeyFromQuery:x}/" })]);
  odd.put(Buffer.from("x"));
  await expect(odd.flush()).rejects.toThrow("has an expression that is not known");
});
