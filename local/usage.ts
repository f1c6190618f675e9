/**
 * What the clouds would bill, counted where it happens: each service says what it was asked for, in its own units, and knows
 * nothing of prices (tools/cost/). `of` tells on whose account: a topic, a prefix, a function.
 */

/** The things that are billed, with the unit that is counted. */
export const billed = {
  iot_message: "messages of at most 5 KB, topic included; Basic Ingest has none",
  iot_rule: "rules triggered, in 5 KB of the message",
  iot_action: "actions carried out, in 5 KB of what is sent",
  firehose_byte: "bytes taken, each record rounded up to 5 KB",
  s3_write: "PUT, COPY, POST and LIST requests",
  s3_read: "GET and HEAD requests",
  sqs_request: "requests: a message sent, a batch received or deleted",
  lambda_request: "invocations",
  lambda_gib_second: "GiB-seconds, as measured on this computer",
  states_transition: "state transitions",
  log_byte: "bytes written to logs",
  transfer_byte: "bytes copied from AWS to Google Cloud",
  gcs_write: "objects written",
  bigquery_streamed_byte: "bytes streamed, each row at least 1 KB",
} as const;

export type Billed = keyof typeof billed;

export interface Usage {
  count(what: Billed, amount: number, of?: string): void;
  /** The sum so far, of those accounts alone that `belongs` says. */
  total(what: Billed, belongs?: (of: string) => boolean): number;
}

/** IoT Core and Firehose count in units of 5 KB. */
export const unitBytes = 5 * 1024;
export const unitsOf = (bytes: number) => Math.max(1, Math.ceil(bytes / unitBytes));

export function createUsage(): Usage {
  const sums = new Map<Billed, Map<string, number>>();
  return {
    count(what, amount, of = "") {
      const byAccount = sums.get(what) ?? new Map<string, number>();
      sums.set(what, byAccount);
      byAccount.set(of, (byAccount.get(of) ?? 0) + amount);
    },
    total: (what, belongs = () => true) =>
      [...(sums.get(what) ?? [])].reduce((sum, [of, amount]) => (belongs(of) ? sum + amount : sum), 0),
  };
}
