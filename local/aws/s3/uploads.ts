/** Multipart uploads under way. They live in memory: a restart ends them, and the client begins again. */
import { randomUUID } from "node:crypto";
import type { Call } from "./call";
import type { Algorithm, Checksums } from "./checksums";
import type { Draft } from "./draft";
import { S3Error } from "./errors";

export interface Part {
  draft: Draft;
  /** Bytes. */
  size: number;
  md5: Buffer;
  checksums: Checksums;
  modified_ms: number;
}

export interface Upload {
  id: string;
  bucket: string;
  key: string;
  /** Of the object to come. */
  headers: Record<string, string>;
  checksum: Algorithm;
  parts: Map<number, Part>;
}

export class Uploads {
  private readonly uploads = new Map<string, Upload>();

  begin(upload: Omit<Upload, "id" | "parts">): Upload {
    const begun = { ...upload, id: randomUUID(), parts: new Map<number, Part>() };
    this.uploads.set(begun.id, begun);
    return begun;
  }

  /** The upload that the call names, if it is one of the call's key. */
  of({ bucket, key, query }: Call): Upload {
    const id = query.get("uploadId") ?? "";
    const upload = this.uploads.get(id);
    if (upload?.bucket === bucket && upload.key === key) return upload;
    throw new S3Error(404, "NoSuchUpload", `No upload ${id} of "${key}" is under way.`);
  }

  /** Ends an upload and drops its parts. */
  end(upload: Upload): void {
    this.uploads.delete(upload.id);
    for (const { draft } of upload.parts.values()) draft.discard();
  }
}
