/** Which way imports run between the folders of the program; followed through every file, types included. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";

const root = join(__dirname, "../..");

/** Everything that the files of a folder import, themselves included: project files seen from the root, packages by name. */
function reachedFrom(folder: string): Set<string> {
  const reached = new Set<string>();
  const follow = (file: string) => {
    const path = relative(root, file);
    if (reached.has(path)) return;
    reached.add(path);
    for (const { fileName } of ts.preProcessFile(readFileSync(file, "utf8")).importedFiles) {
      if (!fileName.startsWith(".")) reached.add(fileName);
      else if (!fileName.endsWith(".json")) follow(`${join(file, "..", fileName)}.ts`);
    }
  };
  for (const name of readdirSync(join(root, folder))) follow(join(root, folder, name));
  return reached;
}

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
