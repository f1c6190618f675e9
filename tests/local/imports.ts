/** The imports of `local/`, and what docs/architecture.md says they must not do. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { preProcessFile } from "typescript";

/** Paths are relative to `local/`. */
export interface Import {
  readonly file: string;
  readonly imported: string;
}

/** Every import, export from, dynamic import, `import()` type and require of one file of the folder in another. */
export function readImports(folder: string): readonly Import[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.c?ts$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name));
  const nameOf = (path: string) => relative(folder, path).split(sep).join("/");
  return files.flatMap((path) =>
    preProcessFile(readFileSync(path, "utf8"), true, true)
      .importedFiles.filter(({ fileName }) => fileName.startsWith("."))
      .map(({ fileName }) => join(dirname(path), fileName))
      .filter((imported) => !nameOf(imported).startsWith("../"))
      .map((imported) => ({ file: nameOf(path), imported: nameOf(resolved(imported)) })),
  );
}

function resolved(path: string): string {
  const found = [path, `${path}.ts`, `${path}.cts`, join(path, "index.ts")].find(
    (each) => existsSync(each) && statSync(each).isFile(),
  );
  if (found === undefined) throw new Error(`${path} is no file of the house.`);
  return found;
}

const service = /^(aws|google)\/[^/]+(?=\/)/;

/** What is taken as one: a service's folder, another folder, or a file that lies in `local/` itself. */
const partOf = (path: string): string => service.exec(path)?.[0] ?? path.split("/")[0] ?? path;

/** From the ground up: a part imports from its own floor and those below. */
const floors: readonly (readonly string[])[] = [
  ["program"],
  ["aws", "google", "world.ts"],
  ["messages"],
  ["home"],
  ["cloud.ts"],
  ["session"],
  ["main.ts"],
];
/** What no floor names lies on the ground: the files that all share. */
const floorOf = (path: string): number => floors.findIndex((names) => names.includes(path.split("/")[0] ?? ""));

/** A sentence for each import that runs past a face, back up, or in a circle. */
export function violations(imports: readonly Import[]): string[] {
  const leads = reachability(imports);
  return imports.flatMap(({ file, imported }) => {
    const [from, to] = [partOf(file), partOf(imported)];
    if (from === to) return [];
    const what = `${file} imports ${imported}`;
    return [
      ...(service.test(imported) && imported !== posix.join(to, "index.ts") ? [`${what}, past the face of ${to}`] : []),
      ...(floorOf(imported) > floorOf(file) ? [`${what}, back up`] : []),
      ...(leads(to, from) ? [`${what}, but ${to} leads back to ${from}`] : []),
    ];
  });
}

/** Whether imports lead from one part to another. */
function reachability(imports: readonly Import[]): (from: string, to: string) => boolean {
  const next = new Map<string, Set<string>>();
  for (const { file, imported } of imports)
    next.set(partOf(file), (next.get(partOf(file)) ?? new Set()).add(partOf(imported)));
  return (from, to) => {
    const seen = new Set([from]);
    for (const part of seen) for (const each of next.get(part) ?? []) seen.add(each);
    return seen.has(to);
  };
}
