/** The operations that are carried out, how a request is told to be one of them, and what right each needs. */
import type { IncomingMessage } from "node:http";
import { createBucket, getBucketLocation, headBucket, listBuckets, listObjects } from "./buckets";
import { type Call, copySource, parseCall, type Reply } from "./call";
import { checksumHeader, parseAlgorithm } from "./checksums";
import { notImplemented } from "./errors";
import { abortUpload, completeUpload, createUpload, listParts, uploadPart } from "./multipart";
import { copyObject, deleteObject, deleteObjects, getObject, headObject, putObject } from "./objects";
import { restoreObject, storageClassHeader } from "./restore";
import { bucketArn, objectArn, permit, type Service } from "./service";

interface Operation {
  method: string;
  target: Call["target"];
  /** Query parameters that make a request this operation, and those that it also takes. */
  requires?: string[];
  takes?: string[];
  /** Reads another object, named by x-amz-copy-source. */
  copies?: boolean;
  /** The IAM action on the target; missing where the operation asks for each key by itself. */
  action?: string;
  run: (service: Service, call: Call) => Reply | Promise<Reply>;
}

const listing = ["prefix", "delimiter", "max-keys", "continuation-token", "start-after", "encoding-type"];

const operations: Operation[] = [
  { method: "GET", target: "service", action: "s3:ListAllMyBuckets", run: listBuckets },
  { method: "PUT", target: "bucket", action: "s3:CreateBucket", run: createBucket },
  { method: "HEAD", target: "bucket", action: "s3:ListBucket", run: headBucket },
  { method: "GET", target: "bucket", requires: ["location"], action: "s3:GetBucketLocation", run: getBucketLocation },
  {
    method: "GET",
    target: "bucket",
    requires: ["list-type"],
    takes: listing,
    action: "s3:ListBucket",
    run: listObjects,
  },
  { method: "POST", target: "bucket", requires: ["delete"], run: deleteObjects },
  { method: "PUT", target: "object", action: "s3:PutObject", run: putObject },
  { method: "PUT", target: "object", copies: true, action: "s3:PutObject", run: copyObject },
  { method: "GET", target: "object", action: "s3:GetObject", run: getObject },
  { method: "HEAD", target: "object", action: "s3:GetObject", run: headObject },
  { method: "DELETE", target: "object", action: "s3:DeleteObject", run: deleteObject },
  { method: "POST", target: "object", requires: ["uploads"], action: "s3:PutObject", run: createUpload },
  {
    method: "PUT",
    target: "object",
    requires: ["partNumber", "uploadId"],
    action: "s3:PutObject",
    run: uploadPart,
  },
  { method: "POST", target: "object", requires: ["uploadId"], action: "s3:PutObject", run: completeUpload },
  { method: "POST", target: "object", requires: ["restore"], action: "s3:RestoreObject", run: restoreObject },
  { method: "DELETE", target: "object", requires: ["uploadId"], action: "s3:AbortMultipartUpload", run: abortUpload },
  { method: "GET", target: "object", requires: ["uploadId"], action: "s3:ListMultipartUploadParts", run: listParts },
];

export async function perform(service: Service, request: IncomingMessage): Promise<Reply> {
  const call = parseCall(request);
  const operation = operations.find((candidate) => isMeant(candidate, call));
  if (!operation) throw notImplemented(describe(call));
  refuseUnknownHeaders(call);
  if (operation.method !== "DELETE")
    service.usage?.count(isRead(operation) ? "s3_read" : "s3_write", 1, call.key || (call.query.get("prefix") ?? ""));
  if (operation.action) permit(service, call, operation.action, arnOf(call), conditionsOf(call));
  if (operation.copies) {
    const { bucket, key } = copySource(call.headers);
    permit(service, call, "s3:GetObject", objectArn(bucket, key));
  }
  return operation.run(service, call);
}

/** Of an object; a listing is billed as a write, a deletion not at all. */
const isRead = ({ method, target }: Operation) => target === "object" && ["GET", "HEAD"].includes(method);

function isMeant({ method, target, requires = [], takes = [], copies = false }: Operation, call: Call): boolean {
  if (method !== call.method || target !== call.target) return false;
  if (copies !== "x-amz-copy-source" in call.headers) return false;
  const names = [...call.query.keys()];
  // The SDK names the operation in `x-id`.
  return (
    requires.every((name) => names.includes(name)) &&
    names.every((name) => [...requires, ...takes, "x-id"].includes(name))
  );
}

function describe({ method, target, query, headers }: Call): string {
  const name = query.get("x-id");
  const parameters = [...query.keys()].filter((parameter) => parameter !== "x-id");
  const asked = parameters.length > 0 ? `${method} ?${parameters.join("&")}` : method;
  const copies = "x-amz-copy-source" in headers ? " with x-amz-copy-source" : "";
  const request = `${asked} on ${{ service: "the service", bucket: "a bucket", object: "an object" }[target]}${copies}`;
  return name ? `${name} (${request})` : request;
}

function arnOf({ target, bucket, key }: Call): string {
  if (target === "service") return bucketArn("*");
  return target === "bucket" ? bucketArn(bucket) : objectArn(bucket, key);
}

function conditionsOf({ query }: Call): Record<string, string> {
  const conditions: Record<string, string> = {};
  for (const name of ["prefix", "delimiter", "max-keys"]) {
    const value = query.get(name);
    if (value !== null) conditions[`s3:${name}`] = value;
  }
  return conditions;
}

const understoodHeaders = new Set([
  "x-amz-content-sha256",
  "x-amz-copy-source",
  "x-amz-date",
  "x-amz-decoded-content-length",
  "x-amz-metadata-directive",
  "x-amz-security-token",
  storageClassHeader,
  "x-amz-trailer",
  "x-amz-user-agent",
  `${checksumHeader}mode`,
]);
const algorithmHeaders = new Set(["x-amz-sdk-checksum-algorithm", `${checksumHeader}algorithm`]);

/** What a header asks for and nobody does (an ACL, a tag, a lock, encryption, a checksum) is refused, not dropped. */
function refuseUnknownHeaders({ headers }: Call): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith("x-amz-") || name.startsWith("x-amz-meta-") || understoodHeaders.has(name)) continue;
    if (algorithmHeaders.has(name)) parseAlgorithm(value);
    else if (name.startsWith(checksumHeader) && name !== `${checksumHeader}type`)
      parseAlgorithm(name.slice(checksumHeader.length));
    else throw notImplemented(`The header ${name}`);
  }
}
