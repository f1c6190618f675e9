/** What an error says, whoever made it, and the file that a failed write does not name. */
import { z } from "zod";
import { groupBy } from "./group";

const failure = z.object({ message: z.string() });

export const messageOf = (error: unknown): string => failure.safeParse(error).data?.message ?? String(error);

/** A write to an open file says why it failed ("no space left on device") and not where: the path goes before it. */
export function namingFile<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw new Error(`${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** Whoever found the disk full may not know which file it was; the folder that has to be relieved is known. */
export const withFullDisk = (text: string, folder: string): string =>
  text.includes("ENOSPC") ? `${text}\nThe disk that holds ${folder} is full: make room, then start again.` : text;

/** Each of the texts once, in the order in which they first came, with how often. */
export function countEach(texts: readonly string[]): string[] {
  return [...groupBy(texts, (text) => text)].map(([text, { length }]) =>
    length > 1 ? `${text} (${length} times)` : text,
  );
}
