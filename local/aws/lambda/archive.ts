/** Lays a Lambda's archive out on disk: its generated text as a file, its packages as links to the installed ones. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";

/** An archive as the graph carries it: an entry is a text, or the path of a file or folder. */
export const archiveSchema = z.object({
  assets: z.record(z.string(), z.union([z.object({ text: z.string() }), z.object({ path: z.string() })])),
});
export type Archive = z.infer<typeof archiveSchema>;

/** Replaces `directory` by the archive's content; relative paths of the archive start at `projectDirectory`. */
export function layOutArchive(archive: Archive, directory: string, projectDirectory: string): void {
  rmSync(directory, { recursive: true, force: true });
  const entries = Object.entries(archive.assets).sort(([a], [b]) => (a < b ? -1 : 1));
  const linked: string[] = [];
  for (const [name, entry] of entries) {
    // A package nested in another comes with it.
    if (linked.some((folder) => name.startsWith(`${folder}/`))) continue;
    const target = join(directory, name);
    mkdirSync(dirname(target), { recursive: true });
    if ("text" in entry) writeFileSync(target, entry.text);
    else {
      symlinkSync(resolve(projectDirectory, entry.path), target);
      linked.push(name);
    }
  }
}
