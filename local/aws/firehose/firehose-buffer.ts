/**
 * The buffers of a delivery stream on disk: a file holds the bytes of the object that it will become, its name the
 * arrival of the first record. What was accepted outlives the process, and a power cut once it is synced.
 */
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { messageOf, namingFile } from "../../failures";
import { createSync } from "../sync";

export interface RecordBuffer {
  /** ms since the epoch, UTC. */
  readonly firstArrival: number;
  /** Bytes. */
  size(): number;
  /** All of the record is written, or nothing of it. */
  append(record: Uint8Array): void;
  /** Resolves when what was appended is on the disk, or has been delivered. */
  sync(): Promise<void>;
  read(): Buffer;
  /** Ends its life; what it held has been delivered. */
  remove(): void;
  removed(): boolean;
}

export interface Buffers {
  /** Buffers that are not removed yet, oldest first. */
  existing(): readonly RecordBuffer[];
  create(firstArrival: number): RecordBuffer;
  close(): void;
}

export function openBuffers(directory: string, stream: string): Buffers {
  const folder = join(directory, stream);
  mkdirSync(folder, { recursive: true });
  const buffers = readdirSync(folder)
    .sort()
    .map((file) => openBuffer(folder, file));
  let order = Math.max(-1, ...buffers.map(({ file }) => Number(file.slice(file.indexOf("-") + 1)))) + 1;

  function openBuffer(at: string, file: string) {
    const path = join(at, file);
    const descriptor = openSync(path, "a");
    let bytes = statSync(path).size;
    const sync = createSync(descriptor);
    const buffer = {
      file,
      descriptor,
      firstArrival: Number(file.slice(0, file.indexOf("-"))),
      size: () => bytes,
      append(record: Uint8Array) {
        try {
          namingFile(path, () => {
            for (let written = 0; written < record.length; ) written += writeSync(descriptor, record, written);
          });
          bytes += record.length;
        } catch (error) {
          ftruncateSync(descriptor, bytes);
          throw error;
        }
      },
      async sync() {
        try {
          await sync();
        } catch (error) {
          if (!buffer.removed()) throw new Error(`${path}: ${messageOf(error)}`, { cause: error });
        }
      },
      read: () => readFileSync(path),
      removed: () => !buffers.includes(buffer),
      remove() {
        closeSync(descriptor);
        rmSync(path);
        buffers.splice(buffers.indexOf(buffer), 1);
      },
    };
    return buffer;
  }

  return {
    existing: () => [...buffers],
    create(firstArrival) {
      const name = `${String(firstArrival).padStart(15, "0")}-${order++}`;
      const buffer = openBuffer(folder, name);
      buffers.push(buffer);
      return buffer;
    },
    close() {
      for (const { descriptor } of buffers) closeSync(descriptor);
      buffers.length = 0;
    },
  };
}
