/**
 * The form of an archive: a gzip file of all messages (RFC 1952, many members) that also gives each raw object back, byte by
 * byte and under its own key. Before the bytes of some objects stands an empty member, whose comment says which they are; to
 * whoever unpacks the file it is nothing.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32, deflateRawSync, gunzipSync, inflateRawSync } from "node:zlib";
import { z } from "zod";

/** Raw objects, or parts of one, that follow each other in an archive. */
export interface ArchivedGroup {
  /** Of their bytes in the archive. */
  bytes: number;
  /** CRC-32 of these bytes. */
  crc: number;
  /** One gzip object as it was; otherwise plain ones, packed in one member. */
  gzip: boolean;
  /** Key, size, and how many line ends (none or one) were put behind it. */
  objects: [key: string, size: number, added: number][];
}

/** A raw object as it was; a large plain one comes in parts. */
export interface ArchivedObject {
  key: string;
  bytes: Buffer;
}

export function makeArchiveForm() {
  const groupSchema = z.object({
    bytes: z.int().min(0),
    crc: z.int().min(0),
    gzip: z.boolean(),
    objects: z.array(z.tuple([z.string(), z.int().min(0), z.int().min(0)])).min(1),
  });
  /** A member with a comment, up to the comment; and from behind it, without content. */
  const head = Buffer.from([0x1f, 0x8b, 8, 0x10, 0, 0, 0, 0, 0, 0xff]);
  const tail = Buffer.from([0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const chunkBytes = 64 * 1024;

  /** What stands before the bytes of a group. */
  function markOf(group: ArchivedGroup): Buffer {
    const text = deflateRawSync(JSON.stringify(group)).toString("base64");
    return Buffer.concat([head, Buffer.from(`${text}.${crc32(text).toString(16)}`), tail]);
  }

  function readAt(file: number, position: number, length: number): Buffer {
    const buffer = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
      const bytes = readSync(file, buffer, filled, length - filled, position + filled);
      if (bytes === 0) break;
      filled += bytes;
    }
    return buffer.subarray(0, filled);
  }

  /** The mark at a position; undefined where there is none. */
  function markAt(file: number, position: number) {
    if (!readAt(file, position, head.length).equals(head)) return undefined;
    let comment = Buffer.alloc(0);
    for (let at = position + head.length; ; at += chunkBytes) {
      const chunk = readAt(file, at, chunkBytes);
      if (chunk.length === 0) return undefined;
      const end = chunk.indexOf(0);
      comment = Buffer.concat([comment, end < 0 ? chunk : chunk.subarray(0, end)]);
      if (end >= 0) break;
    }
    const end = position + head.length + comment.length + tail.length;
    if (!readAt(file, end - tail.length, tail.length).equals(tail)) return undefined;
    const [text = "", sum] = comment.toString("latin1").split(".");
    if (crc32(text).toString(16) !== sum) throw new Error(`what it says at byte ${position} is not what was written`);
    const group = groupSchema.parse(JSON.parse(inflateRawSync(Buffer.from(text, "base64")).toString()));
    return { group: group as ArchivedGroup, end };
  }

  /** Whether an archive has this form. Those of before have the messages alone. */
  function hasForm(path: string): boolean {
    const file = openSync(path, "r");
    try {
      return markAt(file, 0) !== undefined;
    } finally {
      closeSync(file);
    }
  }

  /** The raw objects of an archive, those of keys that are wanted. Throws where the file is not whole. */
  function* objectsOf(path: string, wanted: (key: string) => boolean): Generator<ArchivedObject> {
    const file = openSync(path, "r");
    try {
      const { size } = fstatSync(file);
      for (let at = 0; at < size; ) {
        const mark = markAt(file, at);
        if (!mark) throw new Error(`at byte ${at} it does not say which raw objects follow`);
        const { group, end } = mark;
        at = end + group.bytes;
        if (at > size) throw new Error(`it ends at byte ${size}, within ${group.objects[0]?.[0]}`);
        if (!group.objects.some(([key]) => wanted(key))) continue;
        const stored = readAt(file, end, group.bytes);
        if (crc32(stored) !== group.crc)
          throw new Error(`the bytes of ${group.objects[0]?.[0]} are not those that were written`);
        const bytes = group.gzip ? stored : gunzipSync(stored);
        let start = 0;
        for (const [key, length, added] of group.objects) {
          if (wanted(key)) yield { key, bytes: bytes.subarray(start, start + length) };
          start += length + added;
        }
        if (start !== bytes.length) throw new Error(`${group.objects[0]?.[0]} has ${bytes.length} bytes, not ${start}`);
      }
    } finally {
      closeSync(file);
    }
  }

  return { markOf, hasForm, objectsOf };
}

export type ArchiveForm = ReturnType<typeof makeArchiveForm>;
