/** Reads an archive back and compares it with the raw objects that it is made of: all of them, byte by byte, by size and MD5. */
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { z } from "zod";
import type { ArchiveForm } from "./archive-form";
import { isMd5 } from "./manifest";
import { makeRawReader } from "./raw-reader";
import type { Scratch } from "./spool";
import type { LakeObject, LakeStore } from "./store";

/** What an archive holds of one raw object. */
export interface Held {
  key: string;
  /** As S3 has it of an object that was put in one piece. */
  etag: string;
  size: number;
  messages: number;
}

export function makeArchiveContent(form: ArchiveForm) {
  const messagesOf = makeRawReader();
  const zlibError = z.object({ code: z.string().startsWith("Z_") });

  /** As `collect-hour` counts: the rest of an object that breaks is one message. */
  async function count(bytes: Buffer): Promise<number> {
    let messages = 0;
    try {
      for await (const batch of messagesOf(bytes)) messages += batch.length;
    } catch (error) {
      if (!zlibError.safeParse(error).success) throw error;
      messages++;
    }
    return messages;
  }

  /** The raw objects that an archive on disk holds, in its order. */
  return async function contentOf(path: string): Promise<Held[]> {
    const held: Held[] = [];
    let current: { key: string; hash: Hash; size: number; parts: Buffer[] } | undefined;
    async function close(): Promise<void> {
      if (!current) return;
      const { key, hash, size, parts } = current;
      held.push({ key, etag: `"${hash.digest("hex")}"`, size, messages: await count(Buffer.concat(parts)) });
    }
    for (const { key, bytes } of form.objectsOf(path, () => true)) {
      if (current?.key !== key) {
        await close();
        current = { key, hash: createHash("md5"), size: 0, parts: [] };
      }
      current.hash.update(bytes);
      current.size += bytes.length;
      current.parts.push(bytes);
    }
    await close();
    return held;
  };
}

export function makeArchiveCheck(lake: LakeStore, form: ArchiveForm) {
  const contentOf = makeArchiveContent(form);

  /** Of an object that was put in parts, whose ETag does not say. */
  async function md5Of(key: string): Promise<string> {
    const hash = createHash("md5");
    for await (const chunk of await lake.open(key)) hash.update(chunk);
    return `"${hash.digest("hex")}"`;
  }

  /** How many messages the archive holds. Throws where it is not what was written, or lacks something of an object. */
  return async function check(key: string, sha256: string, objects: LakeObject[], scratch: Scratch): Promise<number> {
    const path = scratch.newPath();
    await lake.getFile(key, path);
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(path)) hash.update(chunk);
    if (hash.digest("hex") !== sha256) throw new Error(`${key} does not read back as it was written`);
    const held = new Map((await contentOf(path)).map((object) => [object.key, object]));
    let messages = 0;
    for (const { key: raw, etag, size } of objects) {
      const object = held.get(raw);
      if (object?.size !== size || object.etag !== (isMd5(etag) ? etag : await md5Of(raw)))
        throw new Error(`${key} does not give ${raw} back as it lies in the lake`);
      messages += object.messages;
    }
    if (held.size !== objects.length) throw new Error(`${key} holds ${held.size} objects, not ${objects.length}`);
    return messages;
  };
}
