/** A body on its way in: a file beside the bucket that nobody sees until it is committed. */
import { randomUUID } from "node:crypto";
import { appendFileSync, closeSync, fsync, openSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { namingFile } from "../../failures";

const blockSize = 1 << 20;

export class Draft {
  readonly id = randomUUID();
  readonly path: string;
  private file: number | undefined;

  constructor(directory: string) {
    this.path = join(directory, this.id);
    this.file = openSync(this.path, "wx");
  }

  write(chunk: Buffer): void {
    if (this.file === undefined) throw new Error(`${this.path} is closed`);
    const file = this.file;
    namingFile(this.path, () => appendFileSync(file, chunk));
  }

  /** Takes over the bytes of an open file, in one go so that nothing changes meanwhile, and closes it. */
  append(file: number, sink: (block: Buffer) => void): void {
    try {
      for (const block of blocksOf(file)) {
        sink(block);
        this.write(block);
      }
    } finally {
      closeSync(file);
    }
  }

  /** Brings the bytes to the disk, and with them the file's name: so do the file systems that there are. */
  async sync(): Promise<void> {
    if (this.file !== undefined) await promisify(fsync)(this.file);
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  discard(): void {
    this.close();
    rmSync(this.path, { force: true });
  }
}

function* blocksOf(file: number): Generator<Buffer> {
  for (;;) {
    const block = Buffer.allocUnsafe(blockSize);
    const length = readSync(file, block);
    if (length === 0) return;
    yield block.subarray(0, length);
  }
}
