/** How an object comes into being, whether it is put, copied or completed from parts. */
import { contentEncodings } from "./body";
import type { Call } from "./call";
import { writePrecondition } from "./conditions";
import type { Draft } from "./draft";
import { S3Error } from "./errors";
import type { StoredObject } from "./journal";
import { storageClassOf } from "./restore";
import type { Service } from "./service";

const longestKey = 1024;

/** Makes what `fill` writes into the draft the object of the call, under the call's preconditions; then tells who listens. */
export async function createObject(
  service: Service,
  { bucket: name, key, headers }: Call,
  fill: (draft: Draft) => Promise<NewObject> | NewObject,
): Promise<StoredObject> {
  const bucket = service.store.bucket(name);
  if (Buffer.byteLength(key) > longestKey) {
    throw new S3Error(400, "KeyTooLongError", `The key has over ${longestKey} bytes: "${key}".`);
  }
  const precondition = writePrecondition(name, key, headers);
  const draft = bucket.draft();
  try {
    const object = { ...(await fill(draft)), body: draft.id, modified_ms: service.now() };
    await draft.sync();
    bucket.commit(key, draft, object, precondition);
    await service.onCreated({ bucket: name, key, size: object.size, etag: object.etag });
    return object;
  } finally {
    draft.discard();
  }
}

export type NewObject = Omit<StoredObject, "body" | "modified_ms">;

const kept = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
];

/** What of a request's headers is stored with an object, to be returned with it. */
export function objectHeaders(headers: Record<string, string>): Record<string, string> {
  const stored: Record<string, string> = { "content-type": "binary/octet-stream", ...storageClassOf(headers) };
  for (const [name, value] of Object.entries(headers)) {
    if (kept.includes(name) || name.startsWith("x-amz-meta-")) stored[name] = value;
  }
  // `aws-chunked` is how the body travelled, not what it is.
  const own = contentEncodings(headers).filter((encoding) => encoding !== "aws-chunked" && encoding !== "");
  if (own.length > 0) stored["content-encoding"] = own.join(",");
  else delete stored["content-encoding"];
  return stored;
}
