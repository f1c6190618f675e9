/** The lines of a text file, plain or gzip; UTF-8, or what its byte order mark says: editors and shells of Windows set one. */
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { messageOf } from "../failures";

/** @throws an error that names the file, and the last line that could be read. */
export async function* readLines(path: string): AsyncGenerator<string> {
  let read = 0;
  try {
    for await (const line of splitLines(decode(openFile(path)))) {
      read++;
      yield line;
    }
  } catch (error) {
    const beyond = read > 0 ? ` beyond line ${read}` : "";
    throw new Error(`${path} cannot be read${beyond}: ${messageOf(error)}`, { cause: error });
  }
}

function openFile(path: string): AsyncIterable<Buffer> {
  const bytes = createReadStream(path);
  // A failure of either stream is one of the last: it surfaces where that is read.
  return path.endsWith(".gz") ? pipeline(bytes, createGunzip(), () => undefined) : bytes;
}

async function* decode(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  for await (const chunk of chunks) {
    decoder ??= new TextDecoder(encodingOf(chunk));
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder?.decode() ?? "";
}

/** The decoder takes the mark away. */
function encodingOf([first, second]: Buffer): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return "utf-8";
}

async function* splitLines(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of texts) {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
