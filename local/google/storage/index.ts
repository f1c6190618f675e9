/** Cloud Storage: a folder for each bucket of the graph, with the objects that the program itself writes. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import type { Graph } from "../../program/graph";
import { projectDirectory } from "../../project";
import type { World } from "../../world";

export interface GoogleBuckets {
  /** Holds a folder for each bucket, and in it a file for each object, under its name. */
  readonly directory: string;
}

/** Where a state folder has the folders of the buckets. */
export const bucketsDirectoryOf = (stateDirectory: string): string => join(stateDirectory, "gcs");

const asset = z.union([z.object({ text: z.string() }), z.object({ path: z.string() })]);
const objectInputs = z.object({ bucket: z.string(), name: z.string(), source: asset });

/** Writes the graph's objects; one that is there already, byte for byte, is left alone. */
export function createGoogleBuckets(graph: Graph, { stateDirectory }: Pick<World, "stateDirectory">): GoogleBuckets {
  const directory = bucketsDirectoryOf(stateDirectory);
  for (const { physicalName } of graph.all("gcp:storage/bucket:Bucket", z.unknown()))
    mkdirSync(join(directory, physicalName), { recursive: true });
  for (const { inputs } of graph.all("gcp:storage/bucketObject:BucketObject", objectInputs)) {
    const { bucket, name, source } = inputs;
    writeIfOther(
      join(directory, bucket, name),
      "text" in source ? Buffer.from(source.text) : readFileSync(resolve(projectDirectory, source.path)),
    );
  }
  return { directory };
}

function writeIfOther(path: string, bytes: Buffer): void {
  if (existsSync(path) && readFileSync(path).equals(bytes)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
