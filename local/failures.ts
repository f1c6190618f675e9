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

const isFullDisk = (text: string) => text.includes("ENOSPC");

/**
 * Tells what fails, of a full disk the first alone: all that follows has the same cause. Whoever found it full may not know
 * which file it was, and what ends the program may not say why; the folder that has to be relieved is known.
 */
export function makeTelling(complain: (line: string) => void, folder: string) {
  let isFull = false;
  return {
    problem(text: string): void {
      if (isFull && isFullDisk(text)) return;
      isFull ||= isFullDisk(text);
      complain(`! ${text}`);
    },
    end(text: string): void {
      const sentence = `The disk that holds ${folder} is full: make room, then start again.`;
      complain(isFull || isFullDisk(text) ? `${text}\n${sentence}` : text);
    },
  };
}

/** Each of the texts once, in the order in which they first came, with how often. */
export function countEach(texts: readonly string[]): string[] {
  return [...groupBy(texts, (text) => text)].map(([text, { length }]) =>
    length > 1 ? `${text} (${length} times)` : text,
  );
}
