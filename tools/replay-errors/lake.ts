/** The few S3 calls of a replay, with the right of who runs it. */
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";

export interface Lake {
  /** Keys under a prefix, in order. */
  keys(prefix: string): Promise<string[]>;
  get(key: string): Promise<string>;
  put(key: string, body: Buffer): Promise<void>;
  move(from: string, to: string): Promise<void>;
}

export function openLake(client: S3Client, Bucket: string): Lake {
  return {
    async keys(Prefix) {
      const found: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix }))
        for (const { Key } of Contents) if (Key !== undefined) found.push(Key);
      return found;
    },
    async get(Key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return (await Body?.transformToString()) ?? "";
    },
    async put(Key, Body) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
    async move(from, Key) {
      const CopySource = `${Bucket}/${from.split("/").map(encodeURIComponent).join("/")}`;
      await client.send(new CopyObjectCommand({ Bucket, Key, CopySource }));
      await client.send(new DeleteObjectCommand({ Bucket, Key: from }));
    },
  };
}
