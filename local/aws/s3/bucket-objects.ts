/** Carries out `aws.s3.BucketObjectv2`: writes the objects of the program into the lake, where they are not there already. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { HeadObjectCommand, NotFound, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import type { Graph } from "../../program/graph";
import { projectDirectory } from "../../project";

const objectInputs = z.object({
  bucket: z.string(),
  key: z.string(),
  content: z.string().optional(),
  source: z.object({ path: z.string() }).optional(),
  contentType: z.string().optional(),
});
const types = ["aws:s3/bucketObjectv2:BucketObjectv2", "aws:s3/bucketObject:BucketObject"];

/** The objects that the program writes. */
export const programObjects = (graph: Graph) => types.flatMap((type) => graph.all(type, objectInputs));

/** `s3` acts as the deployer. Resolves with the number of objects written. */
export async function putBucketObjects(graph: Graph, s3: S3Client): Promise<number> {
  let written = 0;
  for (const { name, inputs } of programObjects(graph)) {
    const { bucket: Bucket, key: Key, content, source, contentType } = inputs;
    const body = source ? await readFile(join(projectDirectory, source.path)) : content && Buffer.from(content);
    if (body === undefined || body === "") throw new Error(`The object ${name} has neither content nor source.`);
    if ((await etagOf(s3, Bucket, Key)) === createHash("md5").update(body).digest("hex")) continue;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: body, ...(contentType && { ContentType: contentType }) }));
    written++;
  }
  return written;
}

async function etagOf(s3: S3Client, Bucket: string, Key: string): Promise<string | undefined> {
  try {
    return (await s3.send(new HeadObjectCommand({ Bucket, Key }))).ETag?.replaceAll('"', "");
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
