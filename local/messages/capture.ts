/**
 * Reads a recorded capture: JSON Lines of `{received_at, topic, payload}`, plain or gzip, a file or a folder of them.
 * `received_at` is an ISO 8601 instant, `payload` the text of the message.
 */
import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { z } from "zod";

/** One MQTT message and when it arrived, ms since the epoch, UTC. */
export interface TimedMessage {
  readonly at: number;
  readonly topic: string;
  readonly payload: string;
}

const extensions = [".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz"];

const lineSchema = z.object({
  received_at: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  topic: z.string().min(1),
  payload: z.string(),
});

/** All messages in the order of their arrival; those of one instant as recorded. @throws an error naming file and line. */
export async function readCapture(path: string): Promise<readonly TimedMessage[]> {
  const messages: TimedMessage[] = [];
  for (const file of listFiles(path)) for await (const message of readFile(file)) messages.push(message);
  if (messages.length === 0) throw new Error(`${path} holds no messages.`);
  return messages.sort((a, b) => a.at - b.at);
}

function listFiles(path: string): string[] {
  if (!existsSync(path)) throw new Error(`There is no capture at ${path}.`);
  if (!statSync(path).isDirectory()) return [path];
  const files = readdirSync(path)
    .filter((name) => extensions.some((extension) => name.endsWith(extension)))
    .sort();
  if (files.length === 0)
    throw new Error(`${path} holds no capture; its files would end with ${extensions.join(", ")}.`);
  return files.map((name) => join(path, name));
}

async function* readFile(path: string): AsyncGenerator<TimedMessage> {
  const bytes = createReadStream(path);
  const input = path.endsWith(".gz") ? bytes.pipe(createGunzip()) : bytes;
  let number = 0;
  try {
    for await (const line of createInterface({ input })) {
      number++;
      if (line.trim() === "") continue;
      const { received_at: at, ...message } = lineSchema.parse(JSON.parse(line));
      yield { at, ...message };
    }
  } catch (error) {
    const reason =
      error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : error;
    throw new Error(`${path}, line ${number}: this is no captured message. ${reason}`, { cause: error });
  }
}
