/** What every operation works with: the buckets, the uploads under way, the clock, and the right to act. */

import type { Usage } from "../../usage";
import type { Authorize } from "../iam";
import type { Call } from "./call";
import { S3Error } from "./errors";
import type { Store } from "./store";
import type { Uploads } from "./uploads";

/** An object was put, copied or completed. */
export interface ObjectCreated {
  bucket: string;
  key: string;
  /** Bytes. */
  size: number;
  /** Without quotes, as in an S3 event. */
  etag: string;
}

export interface Service {
  store: Store;
  uploads: Uploads;
  /** Milliseconds since the epoch, UTC. */
  now: () => number;
  authorize: Authorize;
  usage?: Usage | undefined;
  onCreated: (event: ObjectCreated) => void | Promise<void>;
}

export const bucketArn = (bucket: string) => `arn:aws:s3:::${bucket}`;
export const objectArn = (bucket: string, key: string) => `${bucketArn(bucket)}/${key}`;

/** @throws S3Error AccessDenied, naming who was denied what, and why. */
export function permit(
  { authorize }: Service,
  { accessKeyId }: Call,
  action: string,
  resource: string,
  conditions: Record<string, string> = {},
): void {
  const decision = authorize({ accessKeyId, action, resource, conditions });
  if (decision.allowed) return;
  const who = accessKeyId ?? "An unsigned caller";
  const facts = Object.entries(conditions).map(([name, value]) => ` with ${name}="${value}"`);
  const what = `${action} on ${resource}${facts.join("")}`;
  throw new S3Error(403, "AccessDenied", `${who} is not allowed ${what}: ${decision.reason}`);
}
