/**
 * `wattlake:sites` as files: `{ files: "sites/*.yaml" }`, each with one site or a list of them. They become the list that
 * the schema knows, and a mistake within is told with its file and line.
 */
import { globSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "@pulumi/pulumi/errors";
import { z } from "zod";
import { block } from "./kinds";
import { must, pathText, sentences, show, stepsText } from "./wording";
import { type LocatedYaml, readLocatedYaml } from "./yaml-file";

const allowed = 'a pattern of files, for example "sites/*.yaml", or a list of patterns';
const filesSchema = () =>
  block({
    files: z
      .union([z.string(), z.array(z.string()).min(1, must(allowed))], must(allowed))
      .transform((given) => [given].flat()),
  });

/** Where a path of the configuration is said to be. */
export type PlaceOf = (path: readonly PropertyKey[], keys?: readonly string[]) => string;

export interface FoundSites {
  /** What stands for `wattlake:sites`, as the schema takes it. */
  readonly sites: unknown;
  readonly placeOf: PlaceOf;
}

interface Origin {
  readonly file: string;
  readonly yaml: LocatedYaml;
  /** Of the site within the file. */
  readonly path: readonly PropertyKey[];
}

/**
 * The sites of the files where `given` names some, otherwise `given` itself. Patterns are seen from `folder`.
 * @throws a `RunError` of one sentence where a file cannot be read, or none is there.
 */
export function findSites(given: unknown, folder: string): FoundSites {
  const isFiles = typeof given === "object" && given !== null && "files" in given;
  if (!isFiles) return { sites: given, placeOf: pathText };
  const parsed = filesSchema().safeParse(given);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => ({ ...issue, path: ["sites", ...issue.path] }));
    throw new RunError(sentences(issues).join("\n"));
  }
  const files = parsed.data.files.flatMap((pattern) => filesOf(pattern, folder));
  const origins = [...new Set(files)].sort().flatMap((file) => sitesOf(file, folder));
  return { sites: origins.map(({ yaml, path }) => valueAt(yaml.value, path)), placeOf: placeIn(origins) };
}

function filesOf(pattern: string, folder: string): string[] {
  const found = globSync(pattern, { cwd: folder });
  if (found.length > 0) return found;
  throw new RunError(`wattlake:sites.files is ${show(pattern)}, but no file of ${folder} is so named.`);
}

function sitesOf(file: string, folder: string): Origin[] {
  const yaml = readLocatedYaml(join(folder, file), file);
  const { value } = yaml;
  if (!Array.isArray(value)) return [{ file, yaml, path: [] }];
  return value.map((_, index) => ({ file, yaml, path: [index] }));
}

const valueAt = (value: unknown, [index]: readonly PropertyKey[]): unknown =>
  typeof index === "number" && Array.isArray(value) ? value[index] : value;

/** Paths of `sites[n]` are said as the file has them, all others as they are. */
function placeIn(origins: readonly Origin[]): PlaceOf {
  return (path, keys = []) => {
    const [first, index, ...inside] = path;
    const origin = first === "sites" && typeof index === "number" ? origins[index] : undefined;
    if (origin === undefined) return pathText(path);
    const { file, yaml } = origin;
    const at = [...origin.path, ...inside];
    const line = yaml.lineOf(keys[0] === undefined ? at : [...at, keys[0]]);
    return `${file}, line ${line}: ${inside.length === 0 ? "the site" : stepsText(inside)}`;
  };
}
