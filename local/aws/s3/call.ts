/** A request as S3 means it, and a reply. */
import type { IncomingMessage } from "node:http";
import { S3Error } from "./errors";

export interface Call {
  request: IncomingMessage;
  method: string;
  target: "service" | "bucket" | "object";
  bucket: string;
  key: string;
  query: URLSearchParams;
  /** By lower-case name. */
  headers: Record<string, string>;
  /** Who calls, by the SigV4 credential. */
  accessKeyId: string | undefined;
}

/** A part of an open file, which sending closes. */
export interface Slice {
  file: number;
  start: number;
  length: number;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string | Slice;
}

export const xmlReply = (body: string, headers: Record<string, string> = {}): Reply => ({
  status: 200,
  headers: { "content-type": "application/xml", ...headers },
  body,
});

/** `/bucket/key?query`. The path is taken as it is: a URL parser would resolve `..`, which may be part of a key. */
export function parseCall(request: IncomingMessage): Call {
  const [, bucket, key, query] = /^\/([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(request.url ?? "") ?? [];
  if (bucket === undefined) throw new S3Error(400, "InvalidURI", `"${request.url}" is no path of a bucket or object.`);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value);
  return {
    request,
    method: request.method ?? "",
    target: key ? "object" : bucket ? "bucket" : "service",
    bucket: decode(bucket),
    key: decode(key ?? ""),
    query: new URLSearchParams(query),
    headers,
    accessKeyId: /^AWS4-HMAC-SHA256\s.*?\bCredential=([^/,\s]+)\//.exec(headers.authorization ?? "")?.[1],
  };
}

/** The bucket and key that CopyObject reads. */
export function copySource(headers: Record<string, string>): { bucket: string; key: string } {
  const source = headers["x-amz-copy-source"] ?? "";
  const [, bucket, key] = /^\/?([^/?]+)\/([^?]+)$/s.exec(source) ?? [];
  if (bucket === undefined || key === undefined) {
    throw new S3Error(400, "InvalidArgument", `x-amz-copy-source must be bucket/key, not "${source}".`);
  }
  return { bucket: decode(bucket), key: decode(key) };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new S3Error(400, "InvalidURI", `"${part}" is not UTF-8 in URL encoding.`);
  }
}
