/** Operations on objects. */
import { announcedChecksums, receiveBody, receiveText } from "./body";
import { type Call, copySource, type Reply, xmlReply } from "./call";
import { checksumHeader, checksumHeaders, createMeter, parseAlgorithm } from "./checksums";
import { isNotModified, parseRange } from "./conditions";
import { createObject, objectHeaders } from "./create-object";
import { invalidArgument, noSuchKey, notImplemented, S3Error } from "./errors";
import type { StoredObject } from "./journal";
import { refuseArchived, restoreHeaders, storageClassHeader, storageClassOf } from "./restore";
import { bucketArn, objectArn, permit, type Service } from "./service";
import { element, parseXml, text, xmlDocument } from "./xml";

export async function putObject(service: Service, call: Call): Promise<Reply> {
  const { etag, checksums } = await createObject(service, call, async (draft) => {
    const { size, md5, checksums } = await receiveBody(call, (chunk) => draft.write(chunk));
    return { size, etag: md5.toString("hex"), headers: objectHeaders(call.headers), checksums };
  });
  return { status: 200, headers: { etag: `"${etag}"`, ...checksumHeaders(checksums) } };
}

export function getObject(service: Service, call: Call): Reply {
  const object = find(service, call, call);
  if (isNotModified(object, call.headers)) return { status: 304, headers: identity(object) };
  refuseArchived(object, service.now());
  const { status, headers, part } = represent(service, object, call);
  const file = service.store.bucket(call.bucket).openBody(call.key, object);
  return { status, headers, body: { file, ...part } };
}

export function headObject(service: Service, call: Call): Reply {
  const object = find(service, call, call);
  if (isNotModified(object, call.headers)) return { status: 304, headers: identity(object) };
  const { status, headers } = represent(service, object, call);
  return { status, headers };
}

export function deleteObject({ store }: Service, { bucket, key, headers }: Call): Reply {
  if ("if-match" in headers) throw notImplemented("If-Match on a delete");
  store.bucket(bucket).remove(key);
  return { status: 204 };
}

const mostDeletions = 1000;

/** DeleteObjects: each key needs the right, and is answered, by itself. */
export async function deleteObjects(service: Service, call: Call): Promise<Reply> {
  const bucket = service.store.bucket(call.bucket);
  if (announcedChecksums(call.headers).size === 0 && !("content-md5" in call.headers)) {
    throw new S3Error(400, "InvalidRequest", "DeleteObjects needs Content-MD5 or an x-amz-checksum header.");
  }
  const { children } = parseXml(await receiveText(call), "Delete");
  const keys = children
    .filter(({ name }) => name === "Object")
    .map(({ children }) => {
      const other = children.find(({ name }) => name !== "Key");
      if (other) throw notImplemented(`DeleteObjects with ${other.name}`);
      return children.map(({ text }) => text).join("");
    });
  if (keys.length > mostDeletions) throw new S3Error(400, "MalformedXML", `More than ${mostDeletions} keys to delete.`);
  const quiet = children.some(({ name, text }) => name === "Quiet" && text === "true");
  const results = keys.map((key) => {
    try {
      permit(service, call, "s3:DeleteObject", objectArn(call.bucket, key));
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      return element("Error", text("Key", key), text("Code", error.code), text("Message", error.message));
    }
    bucket.remove(key);
    return quiet ? "" : element("Deleted", text("Key", key));
  });
  return xmlReply(xmlDocument("DeleteResult", ...results));
}

/** CopyObject. Content type, encoding and metadata come from the source, or with REPLACE from the request. */
export async function copyObject(service: Service, call: Call): Promise<Reply> {
  const source = copySource(call.headers);
  const directive = call.headers["x-amz-metadata-directive"] ?? "COPY";
  if (directive !== "COPY" && directive !== "REPLACE") {
    throw invalidArgument(`x-amz-metadata-directive must be COPY or REPLACE, not "${directive}".`);
  }
  if (directive === "COPY" && source.bucket === call.bucket && source.key === call.key) {
    throw new S3Error(
      400,
      "InvalidRequest",
      "A copy of an object onto itself needs x-amz-metadata-directive: REPLACE.",
    );
  }
  const { etag, modified_ms } = await createObject(service, call, (draft) => {
    const object = find(service, call, source);
    refuseArchived(object, service.now());
    const file = service.store.bucket(source.bucket).openBody(source.key, object);
    const asked = call.headers[`${checksumHeader}algorithm`] ?? "crc32";
    const meter = createMeter(new Set([...Object.keys(object.checksums), asked].map(parseAlgorithm)));
    draft.append(file, meter.update);
    const { size, md5, checksums } = meter.digest();
    const { [storageClassHeader]: _, ...described } = object.headers;
    const headers =
      directive === "COPY" ? { ...described, ...storageClassOf(call.headers) } : objectHeaders(call.headers);
    return { size, etag: md5.toString("hex"), headers, checksums };
  });
  const modified = new Date(modified_ms).toISOString();
  return xmlReply(xmlDocument("CopyObjectResult", text("ETag", `"${etag}"`), text("LastModified", modified)));
}

/** The object, or the error that S3 gives: who may not list a bucket is not told that a key is absent. */
function find(service: Service, call: Call, { bucket, key }: { bucket: string; key: string }): StoredObject {
  const object = service.store.bucket(bucket).get(key);
  if (object) return object;
  permit(service, call, "s3:ListBucket", bucketArn(bucket), { "s3:prefix": key });
  throw noSuchKey(bucket, key);
}

const identity = ({ etag, modified_ms }: StoredObject) => ({
  etag: `"${etag}"`,
  "last-modified": new Date(modified_ms).toUTCString(),
});

/** Status, headers and extent of the object, or of the range of it that is asked for. */
function represent({ now }: Service, object: StoredObject, { headers }: Call) {
  const { size } = object;
  const range = parseRange(headers.range, size);
  const part = range ?? { start: 0, length: size };
  const described = {
    ...identity(object),
    ...object.headers,
    ...restoreHeaders(object, now()),
    "accept-ranges": "bytes",
    "content-length": String(part.length),
  };
  if (range) {
    const contentRange = `bytes ${range.start}-${range.start + range.length - 1}/${size}`;
    return { status: 206, headers: { ...described, "content-range": contentRange }, part };
  }
  const wanted = headers[`${checksumHeader}mode`]?.toUpperCase() === "ENABLED";
  return { status: 200, headers: wanted ? { ...described, ...checksumHeaders(object.checksums) } : described, part };
}
