/** A body on its way in: a file beside the bucket that nobody sees until it is committed. */
import { randomUUID } from "node:crypto";
import { appendFileSync, closeSync, openSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";

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
    appendFileSync(this.file, chunk);
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

/** The bytes of an open file, block by block, in one go: nothing can change between the first and the last. */
export function* blocksOf(file: number): Generator<Buffer> {
  for (;;) {
    const block = Buffer.allocUnsafe(blockSize);
    const length = readSync(file, block);
    if (length === 0) return;
    yield block.subarray(0, length);
  }
}
