/** The checksums that are computed and verified; one that is not among them is refused, never ignored. */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { notImplemented } from "./errors";

export const algorithms = ["crc32", "sha1", "sha256"] as const;
export type Algorithm = (typeof algorithms)[number];
/** Base64, as S3's headers carry them. */
export type Checksums = Partial<Record<Algorithm, string>>;

export interface Digest {
  /** Bytes. */
  size: number;
  md5: Buffer;
  checksums: Checksums;
}

export const checksumHeader = "x-amz-checksum-";

/** The algorithm of a name as S3 writes it: `CRC32`, `sha256`. */
export function parseAlgorithm(name: string): Algorithm {
  const known = algorithms.find((algorithm) => algorithm === name.toLowerCase());
  if (!known) {
    const names = algorithms.join(", ").toUpperCase();
    throw notImplemented(`The checksum ${name.toUpperCase()} (choose one of ${names})`);
  }
  return known;
}

export function checksumHeaders(checksums: Checksums): Record<string, string> {
  const headers = Object.entries(checksums).map(([algorithm, value]) => [`${checksumHeader}${algorithm}`, value]);
  return { ...Object.fromEntries(headers), [`${checksumHeader}type`]: "FULL_OBJECT" };
}

/** Sums up bytes as they pass: always MD5 (the ETag) and CRC32, and what else is asked for. */
export function createMeter(extra: Iterable<Algorithm> = []) {
  const md5 = createHash("md5");
  const hashes = [...extra].filter((name) => name !== "crc32").map((name) => ({ name, hash: createHash(name) }));
  let size = 0;
  let crc = 0;
  return {
    update(chunk: Buffer): void {
      size += chunk.length;
      crc = crc32(chunk, crc);
      md5.update(chunk);
      for (const { hash } of hashes) hash.update(chunk);
    },
    digest(): Digest {
      const crcBytes = Buffer.alloc(4);
      crcBytes.writeUInt32BE(crc);
      const checksums: Checksums = { crc32: crcBytes.toString("base64") };
      for (const { name, hash } of hashes) checksums[name] = hash.digest("base64");
      return { size, md5: md5.digest(), checksums };
    },
  };
}
