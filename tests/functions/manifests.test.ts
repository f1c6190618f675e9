/** What the manifests are said to hold is what is written: in the schemas, in the warehouse's tables, in docs/architecture.md. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { archiveManifestSchema, dayManifestSchema, hourManifestSchema } from "../../functions/lake/manifest";
import { type Column, tables } from "../../sql/tables";
import { referenceOf, run, sourceSteps, startLakes } from "./lake";
import { gen1Line } from "./messages";

const schemas = {
  "manifests/hours/": hourManifestSchema(),
  "manifests/days/": dayManifestSchema(),
  "manifests/archive/": archiveManifestSchema(),
};
type Folder = keyof typeof schemas;
const folders: readonly Folder[] = ["manifests/hours/", "manifests/days/", "manifests/archive/"];

/** The paths of the fields of a JSON schema, without what a reading holds: its fields are those of the daily files. */
function declared(schema: unknown, path = ""): string[] {
  const node = z
    .looseObject({
      properties: z.record(z.string(), z.unknown()).optional(),
      items: z.unknown().optional(),
      additionalProperties: z.unknown().optional(),
    })
    .safeParse(schema).data;
  if (node?.items !== undefined) return declared(node.items, path);
  if (node?.properties === undefined || node.additionalProperties !== false) return [];
  return Object.entries(node.properties).flatMap(([name, inner]) => [
    `${path}${name}`,
    ...declared(inner, `${path}${name}.`),
  ]);
}
const declaredIn = (folder: Folder) => declared(z.toJSONSchema(schemas[folder])).sort();

/** The paths of the fields of a value. */
function held(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => held(item, path));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [`${path}${name}`, ...held(inner, `${path}${name}.`)]);
}

const columnsOf = (columns: readonly Column[], path = ""): string[] =>
  columns.flatMap(({ name, fields = [] }) => [`${path}${name}`, ...columnsOf(fields, `${path}${name}.`)]);

test("a run writes every field of the schemas, and no other", async () => {
  jest.spyOn(console, "log").mockImplementation();
  const lakes = await startLakes();
  try {
    const lake = await lakes.open(referenceOf({ a: "Europe/Warsaw" }, { from: "2025-05-20", to: "2025-07-31" }));
    const at = Date.parse("2025-06-01T12:00:00Z");
    await lake.putRaw("2025-06-01T12", "one", [
      gen1Line("em-a", 0, "power", 1, at),
      gen1Line("em-a", 0, "energy", 1, at),
      "garbage",
    ]);
    await run(sourceSteps(lake), { now: "2025-06-10T12:00:00.000Z" });
    for (const folder of folders) {
      const manifests = await Promise.all((await lake.keys(folder)).map(lake.json));
      expect(manifests).not.toEqual([]);
      const written = new Set(held(manifests).filter((path) => !/^channels\.(first|last)(_power)?\./.test(path)));
      expect([...written].sort()).toEqual(declaredIn(folder));
    }
  } finally {
    await lakes.close();
    jest.restoreAllMocks();
  }
});

test.each([
  ["day_manifests", "manifests/days/"],
  ["hour_manifests", "manifests/hours/"],
] as const)("every column of %s is a field of the manifest", (name, folder) => {
  const columns = columnsOf(tables.find((table) => table.name === name)?.columns ?? []);
  expect(columns).not.toEqual([]);
  const fields = declaredIn(folder);
  expect(columns.filter((column) => !fields.includes(column))).toEqual([]);
});

test("docs/architecture.md shows each manifest with its fields, and no other", () => {
  const page = readFileSync(join(__dirname, "../../docs/architecture.md"), "utf8");
  const [, section = ""] = /\n### Manifests\n(.*?)\n## /s.exec(page) ?? [];
  const shown = [...section.matchAll(/^ {4}\{.*(\n {5}.*)*/gm)].map(([text]) =>
    held(JSON.parse(text.replaceAll("..", "0").replaceAll("{reading}", "0"))).sort(),
  );
  expect(shown).toEqual(folders.map(declaredIn));
});
