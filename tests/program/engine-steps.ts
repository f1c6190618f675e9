/**
 * What Pulumi's engine does to get from one deployment to the next, a step a call of a provider, in its order: each
 * registration as it comes, a replacement by its options, and at the end what the program no longer has.
 */
import { isDeepStrictEqual } from "node:util";
import type { Registration } from "./fake-engine";

export interface Step {
  readonly op: "create" | "update" | "delete";
  readonly resource: Registration;
}

/**
 * Inputs whose change makes Google's provider replace a resource, the old one first; all of them where none is named. One that
 * is taken away is no such change: the provider takes what it computed of it for the same.
 */
const replacing: Readonly<Record<string, readonly string[] | "all">> = {
  "gcp:bigquery/table:Table": ["datasetId", "tableId", "externalDataConfiguration"],
  "gcp:bigquery/routine:Routine": ["datasetId", "routineId", "routineType", "language"],
  "gcp:storage/bucketObject:BucketObject": "all",
};

/** The steps from what `before` has registered to what `now` has; none where nothing has changed. */
export function stepsBetween(before: readonly Registration[], now: readonly Registration[]): Step[] {
  const known = new Map(before.filter(({ custom }) => custom).map((resource) => [resource.urn, resource]));
  const steps: Step[] = [];
  const replaced: Registration[] = [];
  for (const resource of now.filter(({ custom }) => custom)) {
    const old = known.get(resource.urn);
    known.delete(resource.urn);
    if (old === undefined) steps.push({ op: "create", resource });
    else if (isDeepStrictEqual(old.inputs, resource.inputs)) continue;
    else if (byProvider(old, resource)) steps.push({ op: "delete", resource: old }, { op: "create", resource });
    else if (!byOption(old, resource)) steps.push({ op: "update", resource });
    else if (resource.deleteBeforeReplace) {
      // The engine would replace these as well; without any, what only depends on it stays as it is.
      const taken = now.filter(({ inputDependencies }) => inputDependencies.includes(resource.urn));
      if (taken.length > 0) throw new Error(`${taken.map(({ name }) => name)} take inputs of ${resource.name}`);
      steps.push({ op: "delete", resource: old }, { op: "create", resource });
    } else {
      steps.push({ op: "create", resource });
      replaced.push(old);
    }
  }
  const gone = before.filter(({ urn }) => known.has(urn)).reverse();
  return [...steps, ...[...replaced, ...gone].map((resource) => ({ op: "delete", resource }) as const)];
}

function byProvider(old: Registration, resource: Registration): boolean {
  const paths = replacing[resource.type] ?? [];
  return (
    paths === "all" ||
    paths.some((path) => valueAt(resource.inputs, path) !== undefined && differs(old, resource, path))
  );
}

const byOption = (old: Registration, resource: Registration): boolean =>
  resource.replaceOnChanges.some((path) => differs(old, resource, path));

const differs = (a: Registration, b: Registration, path: string): boolean =>
  !isDeepStrictEqual(valueAt(a.inputs, path), valueAt(b.inputs, path));

/** The value at `view.query` of the inputs. */
const valueAt = (inputs: object, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>(
      (value, key) =>
        (typeof value === "object" && value !== null ? Object.entries(value) : []).find(([name]) => name === key)?.[1],
      inputs,
    );
