/** How parts of the local cloud itself reach the S3 stand-in: with the access key of a role, as any other client. */
import { Agent, type IncomingMessage, request } from "node:http";
import { crc32 } from "node:zlib";
import { S3Client } from "@aws-sdk/client-s3";
import { region } from "../../program/computed";
import type { Credentials } from "../iam";
import { parseXml } from "./xml";

/** The SDK itself, for what is asked seldom. */
export const createS3Client = (endpoint: string, credentials: Credentials): S3Client =>
  new S3Client({ endpoint, credentials, region, forcePathStyle: true });

export interface S3Objects {
  /** @throws an error that names the object where it cannot be put. */
  put(bucket: string, key: string, body: Buffer): Promise<void>;
  /** Bytes and ETag of an object. @throws an error that names the object where it cannot be read. */
  get(bucket: string, key: string): Promise<{ readonly bytes: Buffer; readonly etag: string }>;
  close(): void;
}

interface Answer {
  readonly response: IncomingMessage;
  readonly bytes: Buffer;
}

/**
 * Objects by bare requests: a year of a home is a hundred thousand of them, and the SDK takes a millisecond of the one
 * thread for each. The stand-in does not verify signatures, so there is none.
 */
export function createS3Objects(endpoint: string, { accessKeyId }: Credentials): S3Objects {
  const agent = new Agent({ keepAlive: true });
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/`;

  const ask = (method: "PUT" | "GET", bucket: string, key: string, headers: Record<string, string>, body?: Buffer) =>
    new Promise<Answer>((resolve, reject) => {
      const path = `/${bucket}/${encodeURIComponent(key)}`;
      const asked = request(`${endpoint}${path}`, { method, agent, headers: { ...headers, authorization } });
      asked.once("error", reject).once("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk)).once("error", reject);
        response.once("end", () => resolve({ response, bytes: Buffer.concat(chunks) }));
      });
      asked.end(body);
    });

  return {
    async put(bucket, key, body) {
      const checksum = Buffer.alloc(4);
      checksum.writeUInt32BE(crc32(body));
      const headers = { "content-length": String(body.length), "x-amz-checksum-crc32": checksum.toString("base64") };
      const answer = await ask("PUT", bucket, key, headers, body);
      if (answer.response.statusCode !== 200) throw refusal(`s3://${bucket}/${key} cannot be put`, answer);
    },
    async get(bucket, key) {
      const answer = await ask("GET", bucket, key, {});
      const { statusCode, headers } = answer.response;
      if (statusCode !== 200) throw refusal(`s3://${bucket}/${key} cannot be read`, answer);
      return { bytes: answer.bytes, etag: headers.etag ?? "" };
    },
    close: () => agent.destroy(),
  };
}

/** S3's code as the error's name, and its sentence behind what failed. */
function refusal(what: string, { bytes }: Answer): Error {
  const { children } = parseXml(bytes.toString("utf8"), "Error");
  const said = (name: string) => children.find((child) => child.name === name)?.text ?? "";
  return Object.assign(new Error(`${what}: ${said("Message")}`), { name: said("Code") });
}
