/**
 * Reads a recorded capture: JSON Lines of `{received_at, topic, payload}`, plain or gzip, a file or a folder of them.
 * `received_at` is an ISO 8601 instant, `payload` the text of the message.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { messageOf } from "../failures";
import { readLines } from "./text-lines";

/** Where a capture has a message. */
export interface Origin {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** One MQTT message and when it arrived, ms since the epoch, UTC. */
export interface TimedMessage {
  readonly at: number;
  readonly topic: string;
  readonly payload: string;
  /** Absent where nobody has recorded it. */
  readonly origin?: Origin;
}

export const originText = ({ file, line }: Origin) => `${file}, line ${line}`;

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

async function* readFile(file: string): AsyncGenerator<TimedMessage> {
  let line = 0;
  for await (const text of readLines(file)) {
    line++;
    if (text.trim() === "") continue;
    const origin = { file, line };
    const { received_at: at, ...message } = parseLine(text, origin);
    yield { at, ...message, origin };
  }
}

function parseLine(text: string, origin: Origin): z.infer<typeof lineSchema> {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new Error(`${originText(origin)}: this is no captured message. ${reason}`, { cause: error });
  }
}
