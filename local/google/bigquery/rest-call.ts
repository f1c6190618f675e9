/** A call of Google's REST interfaces as the local server sees it, and refusals in Google's form. */
import type { IncomingMessage } from "node:http";

/** BigQuery refuses larger requests. */
const largestBody = 10 * 1024 * 1024;

/** Something went wrong, in BigQuery's words: becomes an answer `{error: {code, message, errors: [...]}}`. */
export const refusal = (code: number, reason: string, message: string) =>
  Object.assign(new Error(message), { name: "GoogleError" as const, code, reason });

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > largestBody)
      throw refusal(413, "tooLarge", `Request payload size exceeds the limit: ${largestBody} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw refusal(400, "parseError", "Parse Error: the body is no JSON.");
    throw error;
  }
}

export const bearerOf = (request: IncomingMessage): string | undefined =>
  /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
