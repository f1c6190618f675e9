/** Who may ask, and what the answer may do in a browser: read-only, by address or own name alone, nothing from elsewhere. */
import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { hostname } from "node:os";
import type { MiddlewareHandler } from "hono";

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const headers = {
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
};

/** Asks for `password` where there is one. */
export function guard(password: string | undefined): MiddlewareHandler {
  const expected = password === undefined ? undefined : digest(password);
  return async (context, next) => {
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
    const { method } = context.req;
    if (method !== "GET" && method !== "HEAD")
      return context.text("This page is read only: GET or HEAD.\n", 405, { allow: "GET, HEAD" });
    // A name that somebody else's DNS leads here would let their page read ours.
    if (!isOwnHost(context.req.header("host") ?? "")) return context.text("Ask by address, or by this name.\n", 421);
    if (expected !== undefined && !isRight(context.req.header("authorization"), expected))
      return context.text("The password, please.\n", 401, { "www-authenticate": 'Basic realm="wattlake"' });
    return next();
  };
}

function isOwnHost(host: string): boolean {
  const name = host
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();
  const own = hostname().toLowerCase();
  return isIP(name) !== 0 || ["localhost", own, `${own}.local`].includes(name);
}

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Any name will do; digests are of one length, so that the time tells nothing of the password. */
function isRight(authorization: string | undefined, expected: Buffer): boolean {
  const [, encoded = ""] = /^Basic ([\w+/=]+)$/i.exec(authorization ?? "") ?? [];
  const [, ...rest] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return timingSafeEqual(digest(rest.join(":")), expected);
}
