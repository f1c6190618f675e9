/** Operations on the list of buckets and on one bucket. */

import { z } from "zod";
import { receiveText } from "./body";
import { type Call, type Reply, xmlReply } from "./call";
import { invalidArgument } from "./errors";
import { type Position, pageOf } from "./key-index";
import { storageClassHeader } from "./restore";
import type { Service } from "./service";
import { element, parseXml, text, xmlDocument } from "./xml";

const iso = (ms: number) => new Date(ms).toISOString();

export function listBuckets({ store }: Service): Reply {
  const buckets = store
    .all()
    .map(({ name, info }) => element("Bucket", text("Name", name), text("CreationDate", iso(info.created_ms))));
  return xmlReply(xmlDocument("ListAllMyBucketsResult", element("Buckets", ...buckets)));
}

export async function createBucket({ store, now }: Service, call: Call): Promise<Reply> {
  const body = await receiveText(call);
  const settings = body === "" ? [] : parseXml(body, "CreateBucketConfiguration").children;
  const location = settings.find(({ name }) => name === "LocationConstraint")?.text ?? "";
  if (!/^[\w-]*$/.test(location)) throw invalidArgument(`LocationConstraint must be a region, not "${location}".`);
  store.create(call.bucket, location, now());
  return { status: 200, headers: { location: `/${call.bucket}` } };
}

export function headBucket({ store }: Service, { bucket }: Call): Reply {
  store.bucket(bucket);
  return { status: 200 };
}

export function getBucketLocation({ store }: Service, { bucket }: Call): Reply {
  return xmlReply(xmlDocument("LocationConstraint", store.bucket(bucket).info.location));
}

const longestPage = 1000;

/** ListObjectsV2. */
export function listObjects({ store }: Service, { bucket: name, query }: Call): Reply {
  const bucket = store.bucket(name);
  const parameter = (key: string) => query.get(key) ?? "";
  if (parameter("list-type") !== "2") throw invalidArgument("list-type must be 2.");
  const encoding = query.get("encoding-type");
  if (encoding !== null && encoding !== "url") throw invalidArgument("encoding-type must be url.");
  const encode = encoding === "url" ? encodeURIComponent : (key: string) => key;
  const maxKeys = query.get("max-keys") ?? String(longestPage);
  if (!/^\d{1,9}$/.test(maxKeys)) throw invalidArgument(`max-keys must be a whole number, not "${maxKeys}".`);
  const limit = Math.min(longestPage, Number(maxKeys));

  const token = query.get("continuation-token");
  const after = query.get("start-after");
  const page = pageOf(bucket.keys(), {
    prefix: parameter("prefix"),
    delimiter: parameter("delimiter"),
    start: token !== null ? readToken(token) : after !== null ? { after } : undefined,
    limit,
  });
  const contents = page.keys.map((key) => {
    const object = bucket.get(key);
    if (!object) throw new Error(`${key} is in the index of ${name} and not in the bucket`);
    return element(
      "Contents",
      text("Key", encode(key)),
      text("LastModified", iso(object.modified_ms)),
      text("ETag", `"${object.etag}"`),
      text("Size", object.size),
      text("StorageClass", object.headers[storageClassHeader] ?? "STANDARD"),
    );
  });
  const echoed = ["prefix", "delimiter", "start-after"].flatMap((key) => {
    const value = query.get(key);
    return value === null ? [] : [text(elementNames[key] ?? key, encode(value))];
  });
  return xmlReply(
    xmlDocument(
      "ListBucketResult",
      text("Name", name),
      ...echoed,
      text("KeyCount", page.keys.length + page.commonPrefixes.length),
      text("MaxKeys", limit),
      text("IsTruncated", page.next !== undefined),
      ...(encoding === null ? [] : [text("EncodingType", encoding)]),
      ...(token === null ? [] : [text("ContinuationToken", token)]),
      ...(page.next ? [text("NextContinuationToken", writeToken(page.next))] : []),
      ...contents,
      ...page.commonPrefixes.map((prefix) => element("CommonPrefixes", text("Prefix", encode(prefix)))),
    ),
  );
}

const elementNames: Record<string, string> = { prefix: "Prefix", delimiter: "Delimiter", "start-after": "StartAfter" };

const writeToken = (position: Position) => Buffer.from(JSON.stringify(position)).toString("base64url");

const position = z.union([z.strictObject({ after: z.string() }), z.strictObject({ past: z.string() })]);

function readToken(token: string): Position {
  try {
    return position.parse(JSON.parse(Buffer.from(token, "base64url").toString("utf8")));
  } catch {
    throw invalidArgument("The continuation token is none that a listing gave.");
  }
}
