/** Receives a request body: takes off its framing, and passes it only if every checksum that came with it is right. */
import type { Call } from "./call";
import { type Algorithm, checksumHeader, createMeter, type Digest, parseAlgorithm } from "./checksums";
import { ChunkDecoder } from "./chunks";
import { invalidArgument, S3Error } from "./errors";

const largestDocument = 2 << 20;

/** Streams the body into a sink. When this throws, what the sink has seen is worth nothing. */
export async function receiveBody(call: Call, sink: (chunk: Buffer) => void): Promise<Digest> {
  const { headers } = call;
  const contentSha256 = headers["x-amz-content-sha256"] ?? "UNSIGNED-PAYLOAD";
  if (!isSha256(contentSha256) && !/^(UNSIGNED-PAYLOAD|STREAMING-.*)$/.test(contentSha256)) {
    throw invalidArgument(
      `x-amz-content-sha256 must be a SHA-256, UNSIGNED-PAYLOAD or STREAMING-..., not "${contentSha256}".`,
    );
  }
  const checksums = announcedChecksums(headers);
  const meter = createMeter(isSha256(contentSha256) ? new Set([...checksums, "sha256"]) : checksums);
  const take = (chunk: Buffer) => {
    meter.update(chunk);
    sink(chunk);
  };
  const framed = contentSha256.startsWith("STREAMING-") || contentEncodings(headers).includes("aws-chunked");
  const trailers = await readBody(call, framed, take);
  const digest = meter.digest();

  const decodedLength = headers["x-amz-decoded-content-length"];
  if (decodedLength !== undefined && Number(decodedLength) !== digest.size) {
    throw new S3Error(400, "IncompleteBody", `The body has ${digest.size} bytes, not ${decodedLength}.`);
  }
  if (isSha256(contentSha256) && Buffer.from(contentSha256, "hex").toString("base64") !== digest.checksums.sha256) {
    throw new S3Error(400, "XAmzContentSHA256Mismatch", "x-amz-content-sha256 is not the SHA-256 of the body.");
  }
  const md5 = headers["content-md5"];
  if (md5 !== undefined && md5 !== digest.md5.toString("base64")) throw badDigest("Content-MD5", md5);
  for (const algorithm of checksums) {
    const name = `${checksumHeader}${algorithm}`;
    const expected = headers[name] ?? trailers[name];
    if (expected === undefined) {
      throw new S3Error(400, "MalformedTrailerError", `The trailer ${name} was announced and did not come.`);
    }
    if (expected !== digest.checksums[algorithm]) throw badDigest(name, expected);
  }
  // The signature's own hash is none of the object's checksums.
  if (!checksums.has("sha256")) delete digest.checksums.sha256;
  return digest;
}

/** A small body as a whole, for the operations that take XML. */
export async function receiveText(call: Call): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  await receiveBody(call, (chunk) => {
    size += chunk.length;
    if (size > largestDocument) throw new S3Error(400, "MalformedXML", `The XML is over ${largestDocument} bytes.`);
    chunks.push(chunk);
  });
  return Buffer.concat(chunks).toString("utf8");
}

export const contentEncodings = (headers: Record<string, string>) =>
  (headers["content-encoding"] ?? "").split(",").map((encoding) => encoding.trim());

const isSha256 = (value: string) => /^[\da-f]{64}$/.test(value);

/** The checksums that come in a header or are announced for a trailer. */
export function announcedChecksums(headers: Record<string, string>): Set<Algorithm> {
  const trailers = (headers["x-amz-trailer"] ?? "").split(",").map((name) => name.trim().toLowerCase());
  const names = [...Object.keys(headers), ...trailers].filter((name) => name.startsWith(checksumHeader));
  return new Set(names.map((name) => parseAlgorithm(name.slice(checksumHeader.length))));
}

const badDigest = (name: string, value: string) =>
  new S3Error(400, "BadDigest", `${name} says ${value}, which is not what the body gives.`);

async function readBody({ request }: Call, framed: boolean, take: (chunk: Buffer) => void) {
  const decoder = framed ? new ChunkDecoder(take) : undefined;
  // A request that is destroyed takes its connection along, and the client would never read why.
  for await (const piece of request.iterator({ destroyOnReturn: false })) {
    if (decoder) decoder.push(piece);
    else take(piece);
  }
  decoder?.end();
  return decoder?.trailers ?? {};
}
