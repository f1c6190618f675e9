/** The first `pulumi up` of an empty project, and the next one, judged as BigQuery would. */
import { readCatalog } from "../../sql/catalog";
import { type Step, stepsBetween } from "./engine-steps";
import { createFakeBigQuery } from "./fake-bigquery";
import { flatConfig, loadProgram, type Registration } from "./fake-engine";

type Registrations = readonly Registration[];
let first: Registrations;
let second: Registrations;

const load = async (changes: Record<string, unknown> = {}) => {
  const { messages, registrations } = await loadProgram("dev", flatConfig("dev", changes));
  expect(messages).toEqual([]);
  return registrations;
};
beforeAll(async () => {
  first = await load();
  second = await load();
}, 480_000);

/** Deploys one after the other into an empty project. Answers with what was refused, and with the steps of the last. */
function deploy(...deployments: readonly Registrations[]): { refused: string[]; steps: readonly Step[] } {
  const bigQuery = createFakeBigQuery();
  const refused: string[] = [];
  let before: Registrations = [];
  let steps: readonly Step[] = [];
  for (const now of deployments) {
    steps = stepsBetween(before, now);
    refused.push(...bigQuery(steps, now));
    before = now;
  }
  return { refused, steps };
}

const warehouse = (name: string) => `warehouse-${name}`;
const texts = (steps: readonly Step[]) => steps.map(({ op, resource }) => `${op} ${resource.name}`);
const without = (resources: Registrations, pattern: RegExp) => resources.filter(({ name }) => !pattern.test(name));
const altered = (resources: Registrations, name: string, changes: (resource: Registration) => Partial<Registration>) =>
  resources.map((resource) => (resource.name === name ? { ...resource, ...changes(resource) } : resource));

test("the first up of an empty project ends well, and the next one has nothing to do", () => {
  const { refused, steps } = deploy(first);
  expect(refused).toEqual([]);
  expect(steps.every(({ op }) => op === "create")).toBe(true);
  const { tables, views } = readCatalog();
  expect(texts(steps)).toEqual(
    expect.arrayContaining([...tables, ...views].map(({ name }) => `create warehouse-${name}`)),
  );
  expect(deploy(first, second)).toEqual({ refused: [], steps: [] });
});

test("tables and views do not wait for the transfer, which may fail at first", () => {
  const job = first.find(({ type }) => type === "gcp:storage/transferJob:TransferJob");
  expect(job).toBeDefined();
  const waiting = new Set(job && [job.urn]);
  for (const { urn, dependencies } of first) if (dependencies.some((each) => waiting.has(each))) waiting.add(urn);
  const names = first.filter(({ urn }) => waiting.has(urn)).map(({ name }) => name);
  expect(names.filter((name) => name.startsWith("warehouse-"))).toEqual([]);
});

test("the real thing refuses what lacks a file or an order", () => {
  expect(deploy(without(first, /-first$/)).refused).toEqual(
    ["daily_files", "day_manifests", "hour_manifests"].map(
      (name) => `${name}: Cannot query hive partitioned data without any associated files`,
    ),
  );
  const noMeters = deploy(without(first, /^reference-mirrored-meters$/)).refused;
  expect(noMeters).toContain("channels: Not found: URI gs://mirror-bucket/reference/meters.jsonl");
  const loose = (name: string) => deploy(altered(first, name, () => ({ dependencies: [] }))).refused;
  expect(loose(warehouse("daily_files"))).toEqual(["daily_files: its first file may be written after it"]);
  expect(loose(warehouse("readings"))).toEqual(["readings: day_readings, which it reads, may be created after it"]);
  expect(loose(warehouse("meters"))).toContain(
    "channels: gs://mirror-bucket/reference/meters.jsonl, which it reads, may be written after it",
  );
});
