/** Which way imports run between the folders of the program; followed through every file, types included. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";

const root = join(__dirname, "../..");

/** All that a file, or the files of a folder, imports, itself included: project files seen from the root, packages by name. */
function reachedFrom(start: string): Set<string> {
  const reached = new Set<string>();
  const follow = (file: string) => {
    const path = relative(root, file);
    if (reached.has(path)) return;
    reached.add(path);
    for (const { fileName } of ts.preProcessFile(readFileSync(file, "utf8")).importedFiles) {
      if (!fileName.startsWith(".")) reached.add(fileName);
      else if (!fileName.endsWith(".json")) follow(fileOf(join(file, "..", fileName)));
    }
  };
  if (start.endsWith(".ts")) follow(join(root, start));
  else for (const name of filesIn(start)) follow(join(root, start, name));
  return reached;
}

const filesIn = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
/** What an import means: a file, or the face of a folder. */
const fileOf = (path: string) => (existsSync(`${path}.ts`) ? `${path}.ts` : join(path, "index.ts"));

const within = (reached: Set<string>, ...folders: string[]) =>
  [...reached].filter((path) => folders.some((folder) => path.startsWith(folder))).sort();

test("the two clouds know nothing of each other: what spans both stands above them", () => {
  const [aws, gcp] = [reachedFrom("components/aws"), reachedFrom("components/gcp")];
  expect(within(aws, "components/gcp/", "@pulumi/gcp")).toEqual([]);
  expect(within(gcp, "components/aws/", "@pulumi/aws")).toEqual([]);
  // What is read here is really read: the same question, asked of the folder's own.
  expect(within(aws, "components/aws/", "@pulumi/aws")).toContain("@pulumi/aws");
  expect(within(gcp, "components/gcp/", "@pulumi/gcp")).toContain("components/gcp/api.ts");
});

test("the configuration's words stand beside config.ts, which reads them; neither knows the components", () => {
  const [config, words] = [reachedFrom("config.ts"), reachedFrom("configuration")];
  expect(within(config, "configuration/")).toContain("configuration/meter-models.ts");
  expect(within(config, "components/", "index.ts")).toEqual([]);
  expect(within(words, "components/", "index.ts", "config.ts")).toEqual([]);
});
