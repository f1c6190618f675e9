/**
 * `stream-live`: takes raw messages from the live queue into BigQuery's `live_readings`, seconds after the meter sent
 * them. It understands a message exactly as the batch path does, which stays the record.
 *
 * A message that means nothing here is done with: the batch path quarantines or counts it. Only what BigQuery did not
 * take is reported as failed and delivered again.
 */
import { z } from "zod";
import type { Registry } from "./lake/registry";
import { makeLakeStore } from "./lake/store";
import { type LiveRow, makeLiveRows } from "./live/live-row";
import { openLiveTable } from "./live/live-table";
import { makeRegistryCache } from "./live/registry-cache";
import { logUnit } from "./log";
import { makeUnfold } from "./readings/joined";
import type { Measurement } from "./readings/reading";
import { makeShellyParser } from "./readings/shelly";

/** What Lambda's event source mapping expects under `ReportBatchItemFailures`. */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

export function makeStreamLive() {
  const currentRegistry = makeRegistryCache(makeLakeStore());
  const table = openLiveTable();
  const unfold = makeUnfold();
  const parseLine = makeShellyParser();
  const toLiveRow = makeLiveRows();
  const eventSchema = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });
  /** A partition is dropped this many days after its date began, UTC. */
  const partitionDays = z.coerce.number().positive().parse(process.env.LIVE_DAYS);

  /** The row of a measurement, or the reason why it has none. */
  function rowOf(registry: Registry, measurement: Measurement): LiveRow | string {
    const placement = registry.place(measurement);
    if (placement.outcome !== "placed") return placement.reason;
    const { site, date } = placement;
    // BigQuery takes no row for a partition that has expired; the batch path takes it as late data.
    if (measurement.received >= Date.parse(date) + partitionDays * 86_400_000) return "expired";
    return toLiveRow(site, date, measurement);
  }

  /** The rows of a batch, each with the messages that it came from, and why other messages have none. */
  function read(registry: Registry, records: { messageId: string; body: string }[]) {
    const rows = new Map<string, { row: LiveRow; messageIds: Set<string> }>();
    const skipped: Record<string, number> = {};
    const skip = (reason: string) => {
      skipped[reason] = (skipped[reason] ?? 0) + 1;
    };
    const messages = records.flatMap(({ messageId, body }) => unfold(body).map((text) => ({ messageId, text })));
    for (const { messageId, text } of messages) {
      const line = parseLine(text);
      if (line.outcome !== "measured") {
        skip(line.reason);
        continue;
      }
      for (const measurement of line.measurements) {
        const row = rowOf(registry, measurement);
        if (typeof row === "string") skip(row);
        else {
          const known = rows.get(row.insertId) ?? { row, messageIds: new Set<string>() };
          known.messageIds.add(messageId);
          rows.set(row.insertId, known);
        }
      }
    }
    return { rows, skipped, messages: messages.length };
  }

  return async function streamLive(event: unknown): Promise<BatchResponse> {
    const { Records } = eventSchema.parse(event);
    const { rows, skipped, messages } = read(await currentRegistry(), Records);
    const refused = await table.insert([...rows.values()].map(({ row }) => row));
    const failed = new Set(refused.flatMap(({ insertId }) => [...(rows.get(insertId)?.messageIds ?? [])]));
    logUnit("stream-live", {
      messages,
      rows: rows.size,
      skipped,
      refused: refused.length,
      reasons: [...new Set(refused.map(({ reason }) => reason))],
    });
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  };
}
