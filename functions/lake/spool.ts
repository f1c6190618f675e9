/** Writes lines into a gzip file in the temporary folder, with its checksum, so that an object of any size is put in one piece. */
import { createHash } from "node:crypto";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { createGzip } from "node:zlib";

/** A finished file, ready to be put. */
export interface SpooledFile {
  path: string;
  bytes: number;
  sha256: string;
}

/** Opens a scratch folder of its own; `dispose` removes it with everything in it. */
export function makeScratch() {
  const folder = mkdtempSync(join(tmpdir(), "wattlake-"));
  let files = 0;
  /** A global by a name of the factory's own, see docs/architecture.md, The serialized callbacks. */
  const absent = undefined;

  /** A new path in the folder. */
  const newPath = () => join(folder, String(files++));

  /** Starts a file of raw chunks. `write` resolves when more may be written. */
  function openBytes() {
    const path = newPath();
    const hash = createHash("sha256");
    const file = createWriteStream(path);
    const failed = new Promise<never>((_, reject) => file.once("error", reject));
    // Whoever writes or closes hears of it; where nobody does any more, as after a failed call, it must not end the process.
    failed.catch(() => absent);
    let bytes = 0;
    return {
      async write(chunk: Buffer): Promise<void> {
        hash.update(chunk);
        bytes += chunk.length;
        if (file.write(chunk)) return;
        await Promise.race([new Promise<void>((resolve) => file.once("drain", resolve)), failed]);
      },
      /** Of what has been written so far. */
      sha256: () => hash.copy().digest("hex"),
      async close(): Promise<SpooledFile> {
        file.end();
        await finished(file);
        return { path, bytes, sha256: hash.digest("hex") };
      },
    };
  }

  /** Starts a gzip file of lines. Level 6 for what is kept for good, 1 for what is soon read back. */
  function openLines(level: 1 | 6) {
    const bytes = openBytes();
    const gzip = createGzip({ level, chunkSize: 64 * 1024 });
    const piped = (async () => {
      for await (const chunk of gzip) await bytes.write(chunk);
    })();
    piped.catch(() => absent);
    const batch: string[] = [];
    let size = 0;

    async function flush(): Promise<void> {
      if (batch.length === 0) return;
      const text = `${batch.join("\n")}\n`;
      batch.length = 0;
      size = 0;
      if (gzip.write(text)) return;
      // Of a file that fails nothing is taken any more.
      await Promise.race([new Promise<void>((resolve) => gzip.once("drain", resolve)), piped]);
    }

    return {
      /** Adds a line; returns a promise only when the buffer is full, so that a tight loop need not await each line. */
      line(text: string): Promise<void> | undefined {
        batch.push(text);
        size += text.length;
        return size > 256 * 1024 ? flush() : absent;
      },
      async close(): Promise<SpooledFile> {
        await flush();
        gzip.end();
        await piped;
        return bytes.close();
      },
    };
  }

  /** A file that is not needed any more: the folder has no room to spare. */
  const remove = (path: string) => rmSync(path, { force: true });

  return { newPath, openBytes, openLines, remove, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

export type Scratch = ReturnType<typeof makeScratch>;

/** A file that is being written. */
export type Spool = ReturnType<Scratch["openBytes"]>;
