/** Multipart uploads: begin, put parts, then complete or abort. */
import { createHash } from "node:crypto";
import { openSync } from "node:fs";
import { announcedChecksums, receiveBody, receiveText } from "./body";
import { type Call, type Reply, xmlReply } from "./call";
import { checksumHeader, checksumHeaders, createMeter, parseAlgorithm } from "./checksums";
import { createObject, objectHeaders } from "./create-object";
import { invalidArgument, notImplemented, S3Error } from "./errors";
import type { Service } from "./service";
import type { Part, Upload } from "./uploads";
import { type Element, element, parseXml, text, xmlDocument } from "./xml";

/** Bytes; the last part may be smaller. */
const smallestPart = 5 << 20;
const mostParts = 10_000;

/** CreateMultipartUpload. */
export function createUpload({ store, uploads }: Service, { bucket, key, headers }: Call): Reply {
  store.bucket(bucket);
  const checksum = parseAlgorithm(headers[`${checksumHeader}algorithm`] ?? "crc32");
  const upload = uploads.begin({ bucket, key, headers: objectHeaders(headers), checksum });
  return xmlReply(
    xmlDocument("InitiateMultipartUploadResult", text("Bucket", bucket), text("Key", key), text("UploadId", upload.id)),
  );
}

export async function uploadPart({ store, uploads, now }: Service, call: Call): Promise<Reply> {
  uploads.of(call);
  const number = Number(call.query.get("partNumber"));
  if (!Number.isInteger(number) || number < 1 || number > mostParts) {
    throw invalidArgument(`partNumber must be 1 to ${mostParts}, not "${call.query.get("partNumber")}".`);
  }
  const draft = store.bucket(call.bucket).draft();
  try {
    const { size, md5, checksums } = await receiveBody(call, (chunk) => draft.write(chunk));
    draft.close();
    // The upload may have ended meanwhile.
    const { parts } = uploads.of(call);
    parts.get(number)?.draft.discard();
    parts.set(number, { draft, size, md5, checksums, modified_ms: now() });
    return { status: 200, headers: { etag: etagOf(md5), ...checksumHeaders(checksums) } };
  } catch (error) {
    draft.discard();
    throw error;
  }
}

/** CompleteMultipartUpload. The object's checksum is that of its bytes, not one of the parts' checksums. */
export async function completeUpload(service: Service, call: Call): Promise<Reply> {
  // There it is the object's checksum, not the body's.
  if (announcedChecksums(call.headers).size > 0) throw notImplemented("A checksum on CompleteMultipartUpload");
  const { children } = parseXml(await receiveText(call), "CompleteMultipartUpload");
  const upload = service.uploads.of(call);
  const { etag, checksums } = await createObject(service, call, (draft) => {
    const parts = chosenParts(upload, children);
    const meter = createMeter([upload.checksum]);
    for (const part of parts) draft.append(openSync(part.draft.path, "r"), meter.update);
    const { size, checksums } = meter.digest();
    const md5OfMd5s = createHash("md5").update(Buffer.concat(parts.map(({ md5 }) => md5)));
    return { size, etag: `${md5OfMd5s.digest("hex")}-${parts.length}`, headers: upload.headers, checksums };
  });
  service.uploads.end(upload);
  const sums = Object.entries(checksums).map(([name, value]) => text(`Checksum${name.toUpperCase()}`, value));
  return xmlReply(
    xmlDocument(
      "CompleteMultipartUploadResult",
      text("Location", `/${call.bucket}/${call.key}`),
      text("Bucket", call.bucket),
      text("Key", call.key),
      text("ETag", `"${etag}"`),
      ...sums,
      text("ChecksumType", "FULL_OBJECT"),
    ),
  );
}

export function abortUpload({ uploads }: Service, call: Call): Reply {
  uploads.end(uploads.of(call));
  return { status: 204 };
}

export function listParts({ uploads }: Service, call: Call): Reply {
  const parts = [...uploads.of(call).parts].sort(([a], [b]) => a - b);
  const listed = parts.map(([number, { md5, size, modified_ms }]) =>
    element(
      "Part",
      text("PartNumber", number),
      text("LastModified", new Date(modified_ms).toISOString()),
      text("ETag", etagOf(md5)),
      text("Size", size),
    ),
  );
  return xmlReply(
    xmlDocument(
      "ListPartsResult",
      text("Bucket", call.bucket),
      text("Key", call.key),
      text("UploadId", call.query.get("uploadId") ?? ""),
      text("MaxParts", mostParts),
      text("IsTruncated", false),
      ...listed,
    ),
  );
}

const etagOf = (md5: Buffer) => `"${md5.toString("hex")}"`;

/** The parts that the client names, in their order, if they are the ones that came. */
function chosenParts(upload: Upload, listed: Element[]): Part[] {
  const numbers = listed.map((part) => Number(childText(part, "PartNumber")));
  if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))) {
    throw new S3Error(400, "InvalidPartOrder", "The parts are not in the order of their numbers.");
  }
  const parts = listed.map((named, index) => samePart(upload.parts.get(numbers[index] ?? 0), named));
  if (parts.length === 0) throw new S3Error(400, "MalformedXML", "No part is named.");
  const small = parts.slice(0, -1).findIndex(({ size }) => size < smallestPart);
  if (small >= 0) {
    throw new S3Error(
      400,
      "EntityTooSmall",
      `Part ${numbers[small]} has under ${smallestPart} bytes and is not the last.`,
    );
  }
  return parts;
}

/** The part, if it has the ETag and the checksums that the client names. */
function samePart(part: Part | undefined, named: Element): Part {
  const number = childText(named, "PartNumber");
  const etag = childText(named, "ETag").replaceAll('"', "");
  if (!part || etag !== part.md5.toString("hex")) {
    throw new S3Error(400, "InvalidPart", `Part ${number} with the ETag ${etag} did not come.`);
  }
  for (const { name, text } of named.children) {
    if (!name.startsWith("Checksum")) continue;
    const algorithm = parseAlgorithm(name.slice("Checksum".length));
    if (part.checksums[algorithm] !== text) {
      throw new S3Error(400, "InvalidPart", `Part ${number} did not come with the ${algorithm.toUpperCase()} ${text}.`);
    }
  }
  return part;
}

const childText = ({ children }: Element, name: string) => children.find((child) => child.name === name)?.text ?? "";
