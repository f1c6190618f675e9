/** The account of a run: what became of each message that was published, in the words of a terminal. */
import { z } from "zod";
import type { Cloud, Warehouse } from "../cloud";
import { groupBy } from "../group";
import type { HourRange } from "./pipeline";
import { thousands } from "./steps";

/** What the manifests say of the messages of a range of arrival hours, by outcome and reason, the most messages first. */
const outcomeRow = z.object({
  outcome: z.enum(["arrived", "fanned_out", "reading", "merged", "duplicate", "quarantined", "ignored"]),
  reason: z.string().nullable(),
  device: z.string().nullable(),
  messages: z.number(),
  example: z.string().nullable(),
});
export type Outcome = z.infer<typeof outcomeRow>;

/** What the broker counted since it was started. */
export type Published = Pick<Cloud["broker"], "received" | "untaken" | "topicFilters">;

export async function readOutcomes(warehouse: Warehouse, { from, to }: HourRange): Promise<readonly Outcome[]> {
  const query = `
    SELECT outcome, reason, device, messages, example
    FROM \`wattlake.message_outcomes_hourly\`
    WHERE date BETWEEN @from_date AND @to_date AND hour >= @from_hour AND hour < @to_hour
    ORDER BY hour, outcome, reason, device`;
  const range = { from_date: from.slice(0, 10), to_date: to.slice(0, 10), from_hour: from, to_hour: to };
  const rows = z.array(outcomeRow).parse(await warehouse.query(query, range));
  const hours = groupBy(rows, ({ outcome, reason, device }) => JSON.stringify([outcome, reason, device]));
  const total = (same: readonly Outcome[]): Outcome[] =>
    same.slice(0, 1).map((first) => ({ ...first, messages: same.reduce((sum, { messages }) => sum + messages, 0) }));
  return [...hours.values()].flatMap(total).sort((a, b) => b.messages - a.messages);
}

/**
 * What of the outcomes came after the earlier ones of the same hours. Undefined where some of those are fewer now: the hours
 * were collected again with another configuration, and there is no telling whose messages changed.
 */
export function outcomesSince(
  earlier: readonly Outcome[],
  outcomes: readonly Outcome[],
): readonly Outcome[] | undefined {
  const nameOf = ({ outcome, reason, device }: Outcome) => JSON.stringify([outcome, reason, device]);
  const before = new Map(earlier.map((row) => [nameOf(row), row.messages]));
  const since = outcomes.map((row) => ({ ...row, messages: row.messages - (before.get(nameOf(row)) ?? 0) }));
  const names = new Set(outcomes.map(nameOf));
  if (since.some(({ messages }) => messages < 0) || earlier.some((row) => row.messages > 0 && !names.has(nameOf(row))))
    return undefined;
  return since.filter(({ messages }) => messages > 0).sort((a, b) => b.messages - a.messages);
}

const sumOf = (outcomes: readonly Outcome[], outcome: Outcome["outcome"]) =>
  outcomes.reduce((sum, row) => sum + (row.outcome === outcome ? row.messages : 0), 0);
const untakenOf = (published: Published) => published.untaken().reduce((sum, { messages }) => sum + messages, 0);

/** Messages that a rule took and that no manifest knows: not collected yet, or lost. */
export const missing = (published: Published, outcomes: readonly Outcome[]): number =>
  Math.max(0, published.received() - untakenOf(published) - sumOf(outcomes, "arrived"));

export const count = (number: number, one: string, many = `${one}s`) =>
  `${thousands(number)} ${number === 1 ? one : many}`;
const shown = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}...` : text);

/** Both sums, of the broker and of the manifests, and a line for each topic that no rule takes and each reason. */
export function formatAccount(published: Published, outcomes: readonly Outcome[]): string {
  const [received, untaken] = [published.received(), untakenOf(published)];
  const [arrived, further] = [sumOf(outcomes, "arrived"), sumOf(outcomes, "fanned_out")];
  const earlier = arrived - (received - untaken);
  const parts = [
    count(sumOf(outcomes, "reading"), "reading"),
    `${thousands(sumOf(outcomes, "merged"))} merged`,
    count(sumOf(outcomes, "duplicate"), "duplicate"),
    `${thousands(sumOf(outcomes, "quarantined"))} quarantined`,
    `${thousands(sumOf(outcomes, "ignored"))} ignored`,
  ];
  return [
    `Broker: ${count(received, "message")} = ${thousands(received - untaken)} taken by rules + ${thousands(untaken)} of topics that no rule takes`,
    ...published
      .untaken()
      .map(
        ({ topic, messages, first }) =>
          `  no rule takes ${topic}: ${thousands(messages)}, first ${shown(first.payload)}`,
      ),
    `Manifests: ${count(arrived, "message")}${further > 0 ? ` and ${count(further, "further part")} of them` : ""} = ${parts.join(" + ")}`,
    ...(earlier > 0
      ? [`  ${count(earlier, "message")} of the same hours left from before in the state folder; --fresh empties it`]
      : []),
    ...outcomes.flatMap(reasonLine),
  ].join("\n");
}

function reasonLine({ outcome, reason, device, messages, example }: Outcome): string[] {
  if (reason === null) return [];
  const from = device === null ? "" : ` from ${device}`;
  return [
    `  ${outcome}, ${reason}${from}: ${thousands(messages)}${example === null ? "" : `, first ${shown(example)}`}`,
  ];
}
