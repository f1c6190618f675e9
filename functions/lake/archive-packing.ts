/** Packs raw objects into an archive, in the form that gives them back. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { crc32, gzipSync } from "node:zlib";
import { aheadLimits, makeAhead } from "./ahead";
import type { ArchivedGroup, ArchiveForm } from "./archive-form";
import type { Scratch, Spool } from "./spool";
import type { LakeObject, LakeStore } from "./store";

export function makeArchivePacking(lake: LakeStore, form: ArchiveForm) {
  const ahead = makeAhead();
  /** Plain objects are packed in members of about this size: one message alone does not compress. */
  const memberBytes = 1024 * 1024;
  /** A larger object is not brought to memory whole. */
  const wholeBytes = aheadLimits.bytes;
  const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b;

  /** A large object waits on disk, for its checksum goes before it. */
  async function load({ key, size }: LakeObject, scratch: Scratch) {
    if (size <= wholeBytes) {
      const bytes = await lake.getBytes(key);
      const chunks = (): AsyncIterable<Buffer> => Readable.from([bytes]);
      return { chunks, crc: crc32(bytes), isGzip: isGzip(bytes), release: () => undefined };
    }
    const path = scratch.newPath();
    await lake.getFile(key, path);
    let crc = 0;
    let first: Buffer = Buffer.alloc(0);
    for await (const chunk of createReadStream(path)) {
      crc = crc32(chunk, crc);
      if (first.length < 2) first = Buffer.concat([first, chunk]);
    }
    const chunks = (): AsyncIterable<Buffer> => createReadStream(path);
    return { chunks, crc, isGzip: isGzip(first), release: () => scratch.remove(path) };
  }

  return async function pack(objects: LakeObject[], file: Spool, scratch: Scratch): Promise<void> {
    let plain: Buffer[] = [];
    let plainBytes = 0;
    let parts: ArchivedGroup["objects"] = [];
    async function flushPlain(): Promise<void> {
      if (parts.length > 0) {
        const packed = gzipSync(Buffer.concat(plain));
        await file.write(form.markOf({ bytes: packed.length, crc: crc32(packed), gzip: false, objects: parts }));
        await file.write(packed);
      }
      plain = [];
      plainBytes = 0;
      parts = [];
    }
    /** A gzip object as it is, behind its mark. */
    async function join({ key, size }: LakeObject, chunks: AsyncIterable<Buffer>, crc: number): Promise<void> {
      await flushPlain();
      await file.write(form.markOf({ bytes: size, crc, gzip: true, objects: [[key, size, 0]] }));
      let written = 0;
      for await (const bytes of chunks) {
        await file.write(bytes);
        written += bytes.length;
      }
      if (written !== size) throw new Error(`${key} came with ${written} bytes, not ${size}`);
    }
    async function add({ key }: LakeObject, chunks: AsyncIterable<Buffer>): Promise<void> {
      let size = 0;
      let lastByte = 10;
      for await (const bytes of chunks) {
        plain.push(bytes);
        plainBytes += bytes.length;
        size += bytes.length;
        lastByte = bytes.at(-1) ?? lastByte;
        if (plainBytes < memberBytes) continue;
        parts.push([key, size, 0]);
        size = 0;
        await flushPlain();
      }
      // One message an object comes without a line end.
      const added = lastByte === 10 ? 0 : 1;
      if (added === 1) plain.push(Buffer.from("\n"));
      plainBytes += added;
      parts.push([key, size, added]);
    }
    for await (const { object, loaded } of ahead(objects, (each) => load(each, scratch))) {
      const { chunks, crc, release } = loaded;
      await (loaded.isGzip ? join(object, chunks(), crc) : add(object, chunks()));
      release();
    }
    await flushPlain();
  };
}
