/** What an error says, whoever made it, and the file that a failed write does not name. */
import { z } from "zod";

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
