/** Puts objects as a role: the real SDK client against the S3 stand-in, with the access key of that role. */
import { PutObjectCommand, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { region } from "../../program/computed";
import type { Credentials } from "../iam";

export const createS3Client = (endpoint: string, credentials: Credentials): S3Client =>
  new S3Client({ endpoint, credentials, region, forcePathStyle: true });

export interface S3Writer {
  /** @throws an error that names the object where it cannot be put. */
  put(bucket: string, key: string, body: Buffer): Promise<void>;
  close(): void;
}

export function createS3Writer(endpoint: string, credentials: Credentials): S3Writer {
  const s3 = createS3Client(endpoint, credentials);
  return {
    async put(bucket, key, body) {
      try {
        await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
      } catch (error) {
        if (!(error instanceof S3ServiceException)) throw error;
        throw Object.assign(new Error(`s3://${bucket}/${key} cannot be put: ${error.message}`, { cause: error }), {
          name: error.name,
        });
      }
    },
    close: () => s3.destroy(),
  };
}
