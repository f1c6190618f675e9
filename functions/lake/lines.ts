/** Reads lines of text from gzip or plain bytes, a batch at a time, so that memory does not grow with the file. */
import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** Makes readers of newline-separated UTF-8 text. An empty line is no line; the last one may lack its line end. */
export function makeLineReader() {
  const newline = 10;

  async function* batches(chunks: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
    let rest: Buffer[] = [];
    for await (const chunk of chunks) {
      const end = chunk.lastIndexOf(newline);
      if (end < 0) {
        rest.push(chunk);
        continue;
      }
      const head = chunk.subarray(0, end);
      const text = (rest.length ? Buffer.concat([...rest, head]) : head).toString("utf8");
      rest = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
      yield text.split("\n").filter((line) => line !== "");
    }
    const last = Buffer.concat(rest).toString("utf8");
    if (last !== "") yield [last];
  }

  const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b;
  /** In larger pieces than zlib's default of 16 KiB: fewer turns of the event loop. */
  function unpack(packed: Readable): Readable {
    const unpacked = createGunzip({ chunkSize: 256 * 1024 });
    // A failure of either side reaches the reader: it destroys the stream that is being iterated.
    return pipeline(packed, unpacked, () => undefined);
  }

  return {
    /** Lines of an object in memory; the first two bytes tell gzip from plain. Throws where gzip is broken. */
    ofBytes: (bytes: Buffer) => {
      const source = Readable.from([bytes]);
      return batches(isGzip(bytes) ? unpack(source) : source);
    },
    /** Lines of a gzip file on disk. */
    ofFile: (path: string) => batches(unpack(createReadStream(path))),
  };
}
