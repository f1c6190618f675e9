/** The estimate as text. */
import { groupBy } from "../../local/group";
import { thousands } from "../../local/session/steps";
import { alignTable } from "../../local/session/text-table";
import type { Estimate, Line } from "./estimate";

const usd = (amount: number) => amount.toFixed(2);
const sum = (lines: readonly Line[], of: (line: Line) => number) => lines.reduce((all, line) => all + of(line), 0);

export function formatEstimate(title: string, { lines, meters }: Estimate): string {
  const services = [...groupBy(lines, ({ service }) => service)];
  const rows = services.flatMap(([service, own]) => [
    [service, "", usd(sum(own, (line) => line.listed)), usd(sum(own, (line) => line.usd))],
    ...own.map(({ item, amount, listed, usd: paid }) => [
      `  ${item}`,
      thousands(Math.round(amount)),
      usd(listed),
      usd(paid),
    ]),
  ]);
  const all = ["in all", "", usd(sum(lines, (line) => line.listed)), usd(sum(lines, (line) => line.usd))];
  const ways = meters.map(({ meter, messagesADay, usd: own }) => [meter, thousands(messagesADay), usd(own)]);
  return [
    title,
    alignTable([["", "a month", "list USD", "USD with free"], ...rows, all]),
    alignTable([["to the lake, list", "messages a day", "USD a month"], ...ways]),
  ].join("\n\n");
}

/** One row a variant: its sums. */
export const formatComparison = (rows: readonly { readonly name: string; readonly estimate: Estimate }[]): string =>
  alignTable([
    ["", "list USD", "USD with free"],
    ...rows.map(({ name, estimate: { lines } }) => [
      name,
      usd(sum(lines, (line) => line.listed)),
      usd(sum(lines, (line) => line.usd)),
    ]),
  ]);
