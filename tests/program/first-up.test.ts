/** The first `pulumi up` of an empty project, the next one, and the changes of views after it, judged as BigQuery would. */
import { z } from "zod";
import { readCatalog, withoutBlocks } from "../../sql/catalog";
import { type Step, stepsBetween } from "./engine-steps";
import { createFakeBigQuery } from "./fake-bigquery";
import { flatConfig, loadProgram, type Registration } from "./fake-engine";

type Registrations = readonly Registration[];
let first: Registrations;
let second: Registrations;
/** Without the live path and without stored slots: other views. */
let changed: Registrations;

const load = async (changes: Record<string, unknown> = {}) => {
  const { messages, registrations } = await loadProgram("dev", flatConfig("dev", changes));
  expect(messages).toEqual([]);
  return registrations;
};
beforeAll(async () => {
  first = await load();
  second = await load();
  changed = await load({ "wattlake:ingest": { live: false }, "wattlake:warehouse": { materialize: false } });
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
  const { tables, views } = withoutBlocks(readCatalog());
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

describe("a change of views", () => {
  const inputsOf = z.looseObject({ schema: z.string(), view: z.looseObject({ query: z.string() }) });
  /** As an older program had a view: with another query, and a column more. */
  const older = ({ inputs }: Registration) => {
    const { schema, view, ...rest } = inputsOf.parse(inputs);
    const column = { name: "note", type: "STRING", description: "What nobody asks for any more." };
    const columns = z.array(z.unknown()).parse(JSON.parse(schema));
    return {
      inputs: {
        ...rest,
        schema: JSON.stringify([...columns, column]),
        view: { ...view, query: `${view.query}\n-- old` },
      },
    };
  };

  test("replaces them, each after what it reads, and lets their readers be", () => {
    const changing = ["day_readings", "intervals", "energy_slots"];
    const before = changing.reduce((resources, name) => altered(resources, warehouse(name), older), first);
    const { refused, steps } = deploy(before, first);
    expect(refused).toEqual([]);
    expect(texts(steps)).toEqual(changing.flatMap((name) => [`delete warehouse-${name}`, `create warehouse-${name}`]));
  });

  test("of a column's description alone replaces the view as well", () => {
    const before = altered(first, warehouse("readings"), ({ inputs }) => {
      const { schema, ...rest } = inputsOf.parse(inputs);
      return { inputs: { ...rest, schema: schema.replace("Instant of the reading", "Time") } };
    });
    const { refused, steps } = deploy(before, first);
    expect(refused).toEqual([]);
    expect(texts(steps)).toEqual(["delete warehouse-readings", "create warehouse-readings"]);
  });

  test("makes a view of what an older program had as a table", () => {
    const asTable = ({ inputs: asView }: Registration) => {
      const { schema, view, ...rest } = inputsOf.parse(asView);
      // It was a file of its own; any file will do.
      const sourceUris = ["gs://mirror-bucket/reference/meters.jsonl"];
      const inputs = { ...rest, externalDataConfiguration: { sourceUris, schema } };
      return { inputs, replaceOnChanges: [], deleteBeforeReplace: false };
    };
    const before = altered(first, warehouse("site_days"), asTable);
    const { refused, steps } = deploy(before, first);
    expect(refused).toEqual([]);
    expect(texts(steps)).toEqual(["delete warehouse-site_days", "create warehouse-site_days"]);
    expect(steps.map(({ resource }) => resource.protect || resource.retainOnDelete)).toEqual([false, false]);
    const inPlace = altered(first, warehouse("site_days"), () => ({ replaceOnChanges: ["schema.fields"] }));
    expect(deploy(before, inPlace).refused).toContain("site_days: a table is no view");
  });

  test.each<[string, () => [Registrations, Registrations]]>([
    ["off the live path and off stored slots", () => [first, changed]],
    ["back", () => [changed, first]],
  ])("by a change of the configuration is taken: %s", (_, deployments) => {
    const [before, after] = deployments();
    const { refused, steps } = deploy(before, after);
    expect(refused).toEqual([]);
    expect(texts(steps)).toEqual(
      expect.arrayContaining(["delete warehouse-slot_estimates", "create warehouse-slot_estimates"]),
    );
    expect(deploy(before, after, after).steps).toEqual([]);
  });

  test("without the options of a replacement would lose descriptions, or fail", () => {
    const judged = (options: Partial<Registration>) => {
      const now = altered(first, warehouse("readings"), () => options);
      return deploy(altered(now, warehouse("readings"), older), now).refused;
    };
    expect(judged({ replaceOnChanges: [] })).toEqual([
      "readings: the descriptions of its columns are gone with the change of its query",
      "readings: ALTER TABLE on a view",
    ]);
    expect(judged({ deleteBeforeReplace: false })).toContain("readings: Already Exists");
  });
});
