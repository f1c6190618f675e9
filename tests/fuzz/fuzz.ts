/** Throws fuzzed inputs at what takes them, and says what is wrong: a crash, a message that is lost, a reading that cannot be one. */
import { RunError } from "@pulumi/pulumi/errors";
import fc from "fast-check";
import { z } from "zod";
import { parseConfig, wattlakeKeys } from "../../config";
import { hourManifestSchema } from "../../functions/lake/manifest";
import { makeUnfold } from "../../functions/readings/joined";
import { readingBounds, readingFields } from "../../functions/readings/reading";
import { createIdentities } from "../../local/aws/iam";
import { createTopicRules } from "../../local/aws/iot/rules/rules";
import { createQueues } from "../../local/aws/sqs";
import { createClock } from "../../local/clock";
import type { Graph } from "../../local/program/graph";
import { exampleOf, type Node, readKeys } from "../../tools/configuration/keys";
import { type Lake, run, type Steps } from "../functions/lake";
import { damage, event, type FuzzedMessage, lineOf, messageOf } from "./inputs";

/** What is wrong, as sentences. */
export type Faults = string[];

export const device = { gen1: "em-home", gen3: "g3-home" };
const devices = Object.values(device);
export const hour = "2025-06-01T10";
const at = Date.parse(`${hour}:30:00Z`);

const samples = <T>(arbitrary: fc.Arbitrary<T>, count: number, seed: number): T[] =>
  fc.sample(arbitrary, { numRuns: count, seed });
const told = (error: unknown) =>
  error instanceof Error ? `${error.name}: ${error.message.slice(0, 200)}` : String(error);

const readingLine = z.strictObject({
  ts: z.iso.datetime(),
  device: z.enum(["em-home", "g3-home"]),
  channel: z.union([z.literal(0), z.literal(1)]),
  power_unknown: z.literal(true).optional(),
  ...Object.fromEntries(
    readingFields.map((field) => [field, z.number().min(-readingBounds[field]).max(readingBounds[field]).optional()]),
  ),
});

/** Lines through the steps of the pipeline, as objects of which some are damaged: all of them are in the account, and what is read is a reading. */
async function throughPipeline(lines: readonly string[], steps: Steps, lake: Lake, seed: number): Promise<Faults> {
  const faults: Faults = [];
  const unfold = makeUnfold();
  const perObject = 50;
  const treatments = samples(damage, Math.ceil(lines.length / perObject), seed);
  let lineCount = 0;
  for (const [number, treat] of treatments.entries()) {
    const some = lines.slice(number * perObject, (number + 1) * perObject);
    const plain = number % 2 === 0;
    // A damaged plain object has other lines; of a damaged gzip object nobody knows how many.
    const text = Buffer.from(some.map((line) => `${line}\n`).join(""));
    const bytes = plain ? treat(text) : text;
    lineCount += bytes.toString().split("\n").filter(Boolean).flatMap(unfold).length;
    await lake.put(`raw/date=${hour.slice(0, 10)}/hour=${hour.slice(11)}/${number}`, bytes);
  }
  try {
    await run(steps, { now: "2025-06-10T00:00:00.000Z" });
  } catch (error) {
    return [`the pipeline failed: ${told(error)}`];
  }
  const manifest = hourManifestSchema().parse(
    await lake.json(`manifests/hours/date=${hour.slice(0, 10)}/${hour}.json`),
  );
  if (manifest.messages !== lineCount) faults.push(`${lineCount} messages, ${manifest.messages} in the account`);
  for (const { key } of manifest.outputs) {
    const daily = key.replace(/^staged\/(.*)\/[^/]+$/, "daily/$1/readings.jsonl.gz");
    for (const line of await lake.lines(daily)) {
      const reading = readingLine.safeParse(JSON.parse(line));
      if (!reading.success) faults.push(`no reading: ${line}: ${z.prettifyError(reading.error)}`);
    }
  }
  return faults;
}

/** Messages through the program's rules: each is taken, and its line is in the account. */
export async function fuzzMessages(
  graph: Graph,
  steps: Steps,
  lake: Lake,
  count: number,
  seed: number,
): Promise<Faults> {
  const faults: Faults = [];
  const lines: string[] = [];
  const stream = (name: string, arn: string) => ({
    name,
    arn,
    async put(record: Buffer) {
      lines.push(record.toString());
    },
    flush: async () => undefined,
    close() {},
  });
  const streams = graph
    .all("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", z.unknown())
    .map(({ physicalName, arn = "" }) => stream(physicalName, arn));
  const rules = createTopicRules({
    graph,
    identities: createIdentities(graph),
    s3Endpoint: "http://127.0.0.1:9",
    streams,
    queues: createQueues(graph, { clock: createClock(at), onProblem: () => undefined }),
    onProblem: (problem) => faults.push(problem),
  });
  const joinedRule =
    graph
      .all("aws:iot/topicRule:TopicRule", z.unknown())
      .map(({ physicalName }) => physicalName)
      .find((name) => name.endsWith("joined")) ?? "";
  let sent = 0;
  for (const { topic, payload } of samples<FuzzedMessage>(messageOf(devices, at, joinedRule), count, seed)) {
    try {
      const message = { topic, payload, clientId: "c", traceId: "t", receivedAt: at, newUuid: () => "u" };
      if ((await rules.handle(message)) === "taken") sent++;
    } catch (error) {
      faults.push(`${topic} ${payload.toString("base64")}: ${told(error)}`);
    }
  }
  rules.close();
  if (lines.length !== sent) faults.push(`${sent} messages taken, ${lines.length} lines`);
  const text = lines.map((line) => line.replace(/\n$/, ""));
  if (text.some((line) => line.includes("\n"))) faults.push("a line has a line break");
  return [...faults, ...(await throughPipeline(text, steps, lake, seed))];
}

export const fuzzObjects = (steps: Steps, lake: Lake, count: number, seed: number): Promise<Faults> =>
  throughPipeline(samples(lineOf(devices, at), count, seed), steps, lake, seed);

/** Each event is carried out, or refused by its schema; a refused one has written nothing. */
export async function fuzzEvents(steps: Steps, written: () => string[], count: number, seed: number): Promise<Faults> {
  const faults: Faults = [];
  const names = Object.keys(steps) as (keyof Steps)[];
  written();
  for (const [number, input] of samples(event, count, seed).entries()) {
    const step = names[number % names.length] as keyof Steps;
    try {
      await steps[step](input);
      const strange = written().filter((key) => !/(date=2025-06-01[./]|index\/site=|checkpoint)/.test(key));
      if (strange.length > 0) faults.push(`${step} ${fc.stringify(input)} wrote ${strange.join(", ")}`);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "ZodError")
        faults.push(`${step} ${fc.stringify(input)}: ${told(error)}`);
      const keys = written();
      if (keys.length > 0) faults.push(`${step} ${fc.stringify(input)} failed, and wrote ${keys.join(", ")}`);
    }
  }
  return faults;
}

type Path = readonly (string | number)[];
function pathsOf({ properties, items }: Node, path: Path = []): Path[] {
  const inner = Object.entries(properties ?? {}).flatMap(([key, node]) => pathsOf(node, [...path, key]));
  return [path, ...inner, ...(items ? pathsOf(items, [...path, 0]) : [])];
}
function put(value: unknown, [step, ...rest]: Path, other: unknown): unknown {
  if (step === undefined) return other;
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? put(item, rest, other) : item));
  return Object.fromEntries(
    Object.entries(Object(value)).map(([key, item]) => [key, key === step ? put(item, rest, other) : item]),
  );
}

/** A configuration is accepted, or refused in sentences. */
export function fuzzConfigurations(count: number, seed: number): Faults {
  const keys = readKeys();
  const correct = exampleOf(keys, "all");
  const change = fc.tuple(
    fc.constantFrom(...pathsOf(keys).filter((path) => path.length > 0)),
    fc.oneof(fc.jsonValue(), fc.string({ unit: "binary" })),
  );
  const faults: Faults = [];
  for (const changes of samples(fc.array(change, { minLength: 1, maxLength: 3 }), count, seed)) {
    const configuration = changes.reduce((value, [path, other]) => put(value, path, other), correct);
    const flat = Object.entries(Object(configuration)).map(([key, value]) => [
      `wattlake:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    try {
      parseConfig(wattlakeKeys(Object.fromEntries(flat)));
    } catch (error) {
      if (!(error instanceof RunError)) faults.push(`${JSON.stringify(changes)}: ${told(error)}`);
    }
  }
  return faults;
}
