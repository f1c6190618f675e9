/** Pulumi keeps a stack trace of each promise, and ts-node looks up each line's source: a fifth of a program's run. */

/** An error still tells where it was thrown; with `WATTLAKE_DEBUG=1` all of the way there. */
export function shortenStackTraces(): void {
  if (process.env.WATTLAKE_DEBUG !== "1") Error.stackTraceLimit = 1;
}
