/** Reads the lake as it is before a deployment, with the credentials of who deploys. */
import { GetObjectCommand, NoSuchKey, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import type { OpenedLake } from "./forgotten-channels";

export function makeLakeReader(s3: S3Client, bucket: string): OpenedLake {
  return {
    async text(key) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return await Body?.transformToString();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async keys(prefix) {
      const keys: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix }))
        for (const { Key } of Contents) if (Key !== undefined) keys.push(Key);
      return keys;
    },
    close: () => s3.destroy(),
  };
}
