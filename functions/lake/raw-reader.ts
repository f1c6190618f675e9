/** Reads the messages of a raw object, a batch at a time: its lines, and of each that holds several messages every one. */
import { makeUnfold } from "../readings/joined";
import { makeLineReader } from "./lines";

export function makeRawReader() {
  const reader = makeLineReader();
  const unfold = makeUnfold();

  /** Throws where gzip is broken. */
  return async function* messagesOf(bytes: Buffer): AsyncGenerator<string[]> {
    for await (const lines of reader.ofBytes(bytes)) yield lines.flatMap(unfold);
  };
}
