/**
 * A Gen2+ meter's RPC over HTTP, with its digest authentication (shelly-api-docs.shelly.cloud/gen2, Authentication).
 *
 * The meter challenges every call anew, as firmware before 2.0 demands.
 */
import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import type { RpcCall } from "./meter-calls";

export interface MeterRpc {
  /** The result of a call. @throws an error naming the method: the meter's own refusal, or that it was not reached. */
  readonly call: (call: RpcCall) => Promise<unknown>;
}

export interface MeterRpcOptions {
  /** `http://192.168.1.20` */
  readonly url: string;
  /** Of the user `admin`, where the meter has one. */
  readonly password: string | undefined;
  readonly timeoutMs: number;
}

const answer = z.looseObject({
  result: z.unknown().optional(),
  error: z.looseObject({ code: z.number(), message: z.string() }).optional(),
});
const challenge = z.object({ realm: z.string(), nonce: z.string(), algorithm: z.literal("SHA-256") });

export function createMeterRpc({ url, password, timeoutMs }: MeterRpcOptions): MeterRpc {
  const endpoint = new URL("/rpc", url);

  const post = async (body: string, authorization?: string) => {
    const headers = { "content-type": "application/json", ...(authorization && { authorization }) };
    return fetch(endpoint, { method: "POST", headers, body, signal: AbortSignal.timeout(timeoutMs) });
  };

  return {
    async call({ method, params }) {
      const body = JSON.stringify({ id: 1, src: "wattlake", method, params });
      let response = await post(body).catch((error: unknown) => {
        throw new Error(`${method}: no answer from ${url} (${reasonOf(error)}).`);
      });
      if (response.status === 401) {
        if (password === undefined)
          throw new Error(`${method}: the meter asks for its password. Give it as SHELLY_PASSWORD in the environment.`);
        response = await post(body, authorize(response.headers.get("www-authenticate") ?? "", password));
        if (response.status === 401) throw new Error(`${method}: the meter refuses the password of SHELLY_PASSWORD.`);
      }
      const text = await response.text();
      const parsed = answer.safeParse(parseJson(text));
      if (!parsed.success)
        throw new Error(`${method}: ${url} answers ${response.status} and no RPC; is it a Gen2+ meter?`);
      const { error, result } = parsed.data;
      if (error) throw new Error(`${method}: the meter answers "${error.message}" (${error.code}).`);
      return result;
    },
  };

  function authorize(header: string, secret: string): string {
    const fields = [...header.matchAll(/(\w+)="?([^",]+)"?/g)].map(([, name = "", value = ""]) => [name, value]);
    const { realm, nonce, algorithm } = challenge.parse(Object.fromEntries(fields));
    const [cnonce, nc, qop] = [randomBytes(8).toString("hex"), "00000001", "auth"];
    const response = sha256(
      [sha256(`admin:${realm}:${secret}`), nonce, nc, cnonce, qop, sha256(`POST:${endpoint.pathname}`)].join(":"),
    );
    const quoted = { username: "admin", realm, nonce, uri: endpoint.pathname, cnonce, response };
    const texts = Object.entries(quoted).map(([name, value]) => `${name}="${value}"`);
    return `Digest ${[...texts, `qop=${qop}`, `nc=${nc}`, `algorithm=${algorithm}`].join(", ")}`;
  }
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What lies below fetch's own "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
