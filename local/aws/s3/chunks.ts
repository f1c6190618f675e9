/**
 * Takes the `aws-chunked` framing off a body that arrives in pieces:
 * `<hex length>[;chunk-signature=...]\r\n<bytes>\r\n` ... `0\r\n` and then trailing headers up to an empty line.
 */
import { S3Error } from "./errors";

const longestLine = 8192;

export class ChunkDecoder {
  readonly trailers: Record<string, string> = {};
  private state: "length" | "bytes" | "end of bytes" | "trailers" | "nothing more" = "length";
  private remaining = 0;
  private line = "";

  constructor(private readonly emit: (bytes: Buffer) => void) {}

  push(piece: Buffer): void {
    let at = 0;
    while (at < piece.length) {
      if (this.state === "bytes") {
        const bytes = piece.subarray(at, at + this.remaining);
        this.emit(bytes);
        at += bytes.length;
        this.remaining -= bytes.length;
        if (this.remaining === 0) this.state = "end of bytes";
      } else {
        const end = piece.indexOf("\n", at);
        const upTo = end < 0 ? piece.length : end + 1;
        this.line += piece.toString("latin1", at, upTo);
        at = upTo;
        if (this.line.length > longestLine) throw malformed("has a line without an end");
        if (end >= 0) this.take();
      }
    }
  }

  end(): void {
    if (this.state !== "nothing more") throw malformed(`ended where ${this.state} had to follow`);
  }

  private take(): void {
    if (!this.line.endsWith("\r\n")) throw malformed("has a line that does not end in CR LF");
    const line = this.line.slice(0, -2);
    this.line = "";
    if (this.state === "length") this.begin(line);
    else if (this.state === "end of bytes" && line === "") this.state = "length";
    else if (this.state === "trailers" && line === "") this.state = "nothing more";
    else if (this.state === "trailers") this.trailer(line);
    else throw malformed(`goes on where ${this.state} had to follow`);
  }

  private begin(line: string): void {
    const length = /^([\da-f]{1,8})(?:;.*)?$/i.exec(line)?.[1];
    if (length === undefined) throw malformed("has a chunk without a length");
    this.remaining = Number.parseInt(length, 16);
    this.state = this.remaining === 0 ? "trailers" : "bytes";
  }

  private trailer(line: string): void {
    const colon = line.indexOf(":");
    if (colon < 0) throw malformed("has a trailer without a colon");
    this.trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
}

const malformed = (why: string) => new S3Error(400, "InvalidRequest", `The aws-chunked body ${why}.`);
