/** Storage classes, as far as they decide whether an object can be read: what lies in Glacier has to be asked for first. */
import { receiveText } from "./body";
import type { Call, Reply } from "./call";
import { invalidArgument, noSuchKey, notImplemented, S3Error } from "./errors";
import type { StoredObject } from "./journal";
import type { Service } from "./service";
import { parseXml } from "./xml";

export const storageClassHeader = "x-amz-storage-class";
const readable = ["STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"];
const archived = ["GLACIER", "DEEP_ARCHIVE"];

const hourMs = 3_600_000;
/** How long each tier takes at most (S3 Glacier Flexible Retrieval), ms. */
const tiers: Readonly<Record<string, number>> = { Expedited: hourMs / 12, Standard: 5 * hourMs, Bulk: 12 * hourMs };

/** The class that a request asks for, as it is stored; none is the standard one. */
export function storageClassOf(headers: Record<string, string>): Record<string, string> {
  const asked = headers[storageClassHeader] ?? "STANDARD";
  if (![...readable, ...archived].includes(asked))
    throw new S3Error(400, "InvalidStorageClass", `The storage class ${asked} is not valid.`);
  return asked === "STANDARD" ? {} : { [storageClassHeader]: asked };
}

const isArchived = ({ headers }: StoredObject) => archived.includes(headers[storageClassHeader] ?? "");
const isThere = ({ restore }: StoredObject, now: number) =>
  restore !== undefined && restore.ready_ms <= now && now < restore.expires_ms;

/** @throws where the object lies in Glacier and no copy of it is there. */
export function refuseArchived(object: StoredObject, now: number): void {
  if (!isArchived(object) || isThere(object, now)) return;
  throw new S3Error(403, "InvalidObjectState", "The operation is not valid for the object's storage class");
}

/** What a reader is told of a restore. */
export function restoreHeaders({ restore }: StoredObject, now: number): Record<string, string> {
  if (restore === undefined || now >= restore.expires_ms) return {};
  if (now < restore.ready_ms) return { "x-amz-restore": 'ongoing-request="true"' };
  const expiry = new Date(restore.expires_ms).toUTCString();
  return { "x-amz-restore": `ongoing-request="false", expiry-date="${expiry}"` };
}

/** RestoreObject: a copy of an object in Glacier, for some days. */
export async function restoreObject({ store, now }: Service, call: Call): Promise<Reply> {
  const bucket = store.bucket(call.bucket);
  const object = bucket.get(call.key);
  if (!object) throw noSuchKey(call.bucket, call.key);
  const { days, tier } = requestOf(await receiveText(call));
  const takes = tiers[tier];
  if (takes === undefined) throw invalidArgument(`There is no tier "${tier}".`);
  if (!isArchived(object))
    throw new S3Error(403, "InvalidObjectState", "Restore is not allowed for the object's current storage class");
  const at = now();
  const { restore } = object;
  if (restore !== undefined && at < restore.ready_ms)
    throw new S3Error(409, "RestoreAlreadyInProgress", "Object restore is already in progress");
  const isHere = isThere(object, at);
  const ready_ms = isHere && restore ? restore.ready_ms : at + takes;
  bucket.describe(call.key, {
    ...object,
    restore: { ready_ms, expires_ms: Math.max(at, ready_ms) + days * 24 * hourMs },
  });
  return { status: isHere ? 200 : 202 };
}

function requestOf(text: string): { days: number; tier: string } {
  const { children } = parseXml(text, "RestoreRequest");
  const other = children.find(({ name }) => !["Days", "GlacierJobParameters", "Tier"].includes(name));
  if (other) throw notImplemented(`RestoreObject with ${other.name}`);
  const days = Number(children.find(({ name }) => name === "Days")?.text);
  if (!Number.isInteger(days) || days < 1)
    throw new S3Error(400, "MalformedXML", "Days must be a whole number of at least 1.");
  const parameters = children.find(({ name }) => name === "GlacierJobParameters");
  const tier = parameters?.children.find(({ name }) => name === "Tier") ?? children.find(({ name }) => name === "Tier");
  return { days, tier: tier?.text ?? "Standard" };
}
