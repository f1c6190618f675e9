/**
 * BigQuery and Cloud Storage as far as they refuse: objects, tables, views and routines by name, and what BigQuery says of
 * a step that it does not take, in short. What it takes only by luck of the order counts as refused, too.
 */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Step } from "./engine-steps";
import type { Registration } from "./fake-engine";

const objectInputs = z.object({ bucket: z.string(), name: z.string() });
const tableInputs = z.object({
  tableId: z.string(),
  view: z.object({ query: z.string() }).optional(),
  schema: z.string().optional(),
  externalDataConfiguration: z
    .object({ sourceUris: z.array(z.string()), hivePartitioningOptions: z.unknown().optional() })
    .optional(),
});
const routineInputs = z.object({ routineId: z.string(), definitionBody: z.string() });

interface Relation {
  readonly urn: string;
  readonly name: string;
  /** Text of a view or table function. */
  readonly query: string | undefined;
  readonly schema: string | undefined;
  readonly external: z.infer<typeof tableInputs>["externalDataConfiguration"];
}

function relationOf({ urn, type, inputs }: Registration): Relation | undefined {
  if (type === "gcp:bigquery/table:Table") {
    const { tableId: name, view, schema, externalDataConfiguration: external } = tableInputs.parse(inputs);
    return { urn, name, query: view?.query, schema, external };
  }
  if (type === "gcp:bigquery/routine:Routine") {
    const { routineId: name, definitionBody: query } = routineInputs.parse(inputs);
    return { urn, name, query, schema: undefined, external: undefined };
  }
  return undefined;
}

const columnsOf = (schema = "[]") =>
  z.array(z.object({ name: z.string(), type: z.string() })).parse(JSON.parse(schema));

/** Relations that a query reads; the functions that it calls as well. */
const namesIn = (query: string) => [
  ...new Set([...query.matchAll(/`[^`.]+\.[^`.]+\.([^`.]+)`/g)].map(([, name]) => name ?? "")),
];

export function createFakeBigQuery() {
  /** URN of each object, by `gs://` URI. */
  const objects = new Map<string, string>();
  const relations = new Map<string, Relation>();

  /** Takes the steps of a deployment that registered `now`. Answers with what is refused. */
  return function deploy(steps: readonly Step[], now: readonly Registration[]): string[] {
    const waitsFor = orderOf(now);
    const refused: string[] = [];
    for (const { op, resource } of steps) {
      const said = resource.type === "gcp:storage/bucketObject:BucketObject" ? store(op, resource) : undefined;
      const relation = relationOf(resource);
      refused.push(...(said ?? []), ...(relation ? takeRelation(op, relation) : []));
    }
    for (const { name, query = "" } of relations.values())
      for (const source of namesIn(query))
        if (!relations.has(source)) refused.push(`${name}: reads ${source}, which is gone`);
    return refused;

    function store(op: Step["op"], { urn, inputs }: Registration): string[] {
      const { bucket, name } = objectInputs.parse(inputs);
      const uri = `gs://${bucket}/${name}`;
      if (op === "delete") objects.delete(uri);
      else objects.set(uri, urn);
      return [];
    }

    function takeRelation(op: Step["op"], relation: Relation): string[] {
      const { name } = relation;
      const said =
        op === "delete" ? [] : [...(op === "create" ? creation(relation) : change(relation)), ...reading(relation)];
      if (op === "delete") relations.delete(name);
      else relations.set(name, relation);
      return said.map((text) => `${name}: ${text}`);
    }

    function creation({ name, urn, external }: Relation): string[] {
      if (relations.has(name)) return ["Already Exists"];
      if (!external?.hivePartitioningOptions) return [];
      const files = filesOf(external.sourceUris);
      if (files.length === 0) return ["Cannot query hive partitioned data without any associated files"];
      return files.some((file) => waitsFor(urn, file)) ? [] : ["its first file may be written after it"];
    }

    /** An update in place. */
    function change({ name, query, schema }: Relation): string[] {
      const old = relations.get(name);
      if (old !== undefined && (old.query === undefined) !== (query === undefined)) return ["a table is no view"];
      if (old?.schema === undefined || old.query === undefined) return [];
      return [
        ...(old.query === query ? [] : ["the descriptions of its columns are gone with the change of its query"]),
        ...(isDeepStrictEqual(columnsOf(old.schema), columnsOf(schema)) ? [] : ["ALTER TABLE on a view"]),
      ];
    }

    /** What a query needs when it is stored. */
    function reading({ urn, query = "" }: Relation): string[] {
      return namesIn(query).flatMap((name) => {
        const source = relations.get(name);
        if (source === undefined) return [`Not found: Table ${name}`];
        if (!waitsFor(urn, source.urn)) return [`${name}, which it reads, may be created after it`];
        const [uri = ""] = source.external?.sourceUris ?? [];
        if (uri === "" || uri.includes("*")) return [];
        const file = objects.get(uri);
        if (file === undefined) return [`Not found: URI ${uri}`];
        return waitsFor(urn, file) ? [] : [`${uri}, which it reads, may be written after it`];
      });
    }
  };

  function filesOf(uris: readonly string[]): string[] {
    const ends = uris.map((uri) => uri.split("*"));
    return [...objects].flatMap(([uri, urn]) =>
      ends.some(([begin = "", end = ""]) => uri.startsWith(begin) && uri.endsWith(end)) ? [urn] : [],
    );
  }
}

/** Whether the engine begins with one resource only when another is done. */
function orderOf(resources: readonly Registration[]): (urn: string, other: string) => boolean {
  const dependencies = new Map(resources.map((resource) => [resource.urn, resource.dependencies]));
  return (urn, other) => {
    const seen = new Set([urn]);
    for (const each of seen) for (const next of dependencies.get(each) ?? []) seen.add(next);
    return seen.has(other);
  };
}
