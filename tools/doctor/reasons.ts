/** The words of an error, without what only its author understands. */

/** What kind of error a service says it is. */
export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "");

/** Why a call came to nothing, in the first sentence; that of the network stands in the cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : undefined;
  return (cause ?? error.message).split(/\n|\.\s/)[0]?.replace(/\.$/, "") ?? error.name;
}
