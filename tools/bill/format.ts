/** A bill as text: its lines, the sums by rate of tax, what it may come to, and what its prices are worth. */
import { onlyBand } from "../../configuration/tariffs";
import { groupBy } from "../../local/group";
import { alignTable, type Cell } from "../../local/session/text-table";
import type { BillLine } from "./read";
import { sourcesOf } from "./sources";

const header = ["", "quantity", "", "price", "net", "VAT %", "VAT", "gross", "measured", "filled", "unknown"];
/** What is described, and the unit beside its quantity. */
const isLeft = (column: number) => column === 0 || column === 2;

export function formatBill(lines: readonly BillLine[]): string {
  const [first] = lines;
  if (first === undefined) throw new Error("a bill has lines");
  const { site, plan, period_start, period_end, currency } = first;
  const money = moneyIn(currency);
  const cells = (line: BillLine): Cell[] => [
    nameOf(line),
    shown(line.quantity, 3),
    line.unit,
    shown(line.price, 6),
    money(line.net),
    percent(line.vat_rate),
    money(line.vat),
    money(line.gross),
    ...[line.measured_share, line.filled_share, line.unknown_share].map((share) =>
      share === null ? "" : `${percent(share)} %`,
    ),
  ];
  const title = `${site}, ${plan}: ${period_start} to before ${period_end}, ${currency}`;
  const rates = [...groupBy(lines, ({ vat_rate }) => percent(vat_rate))];
  const sums = rates.map(([rate, own]) => sumCells(`Sum at ${rate} % VAT`, rate, own, money));
  const table = alignTable([header, ...lines.map(cells), ...sums, sumCells("Total", "", lines, money)], isLeft);
  return [title, "", table, "", ...notesOf(lines, money)].join("\n");
}

/** What is to be said of days without a plan; nothing where there are none. */
export const unpaidNote = (days: readonly string[]): string[] =>
  days.length === 0 ? [] : [`No plan holds on ${days.join(", ")}: what is used then is on no bill.`];

type Money = (value: number | null) => string;

const sumCells = (name: string, rate: string, lines: readonly BillLine[], money: Money): Cell[] => [
  ...[name, "", "", ""],
  money(known(lines, ({ net }) => net)),
  rate,
  money(known(lines, ({ vat }) => vat)),
  money(known(lines, ({ gross }) => gross)),
  ...["", "", ""],
];

function notesOf(lines: readonly BillLine[], money: Money): string[] {
  const [least, most] = [whole(lines, ({ at_least }) => at_least), whole(lines, ({ at_most }) => at_most)];
  const unpriced = names(lines.filter(({ is_price_known }) => !is_price_known));
  const examples = names(lines.filter(({ is_example }) => is_example));
  const sources = sourcesOf(lines);
  return [
    unpriced.length > 0
      ? `Not all prices are known yet: ${unpriced.join(", ")}. The total is without what they will cost.`
      : money(least) === money(most)
        ? "All of the period's energy is known."
        : `With what is not known of the period: at least ${money(least)}, at most ${money(most)}.`,
    ...(examples.length > 0 ? [`Example prices, from no source: ${examples.join(", ")}.`] : []),
    ...(sources.length > 0 ? ["Sources:", ...sources.map((each) => `  ${each}`)] : []),
  ];
}

const names = (lines: readonly BillLine[]) => [...new Set(lines.map(({ component_name }) => component_name))];

const nameOf = ({ component_name, band, block, unit }: BillLine) =>
  [
    component_name,
    unit === "kWh" && band !== null && band !== onlyBand ? band : "",
    block === null ? "" : `block ${block}`,
  ]
    .filter((part) => part !== "")
    .join(", ");

/** The sum of what is known; null where nothing is. */
function known(lines: readonly BillLine[], value: (line: BillLine) => number | null): number | null {
  const values = lines.map(value).filter((each) => each !== null);
  return values.length > 0 ? values.reduce((a, b) => a + b, 0) : null;
}

/** Null where one is not known. */
const whole = (lines: readonly BillLine[], value: (line: BillLine) => number | null) =>
  lines.every((line) => value(line) !== null) ? known(lines, value) : null;

/** The digits of the currency: yen have none. */
function moneyIn(currency: string): Money {
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
  return (value) => (value === null ? "-" : rounded(value, maximumFractionDigits).toFixed(maximumFractionDigits));
}

/** No more digits than it has; not zero below zero. */
const shown = (value: number | null, digits: number) => (value === null ? "-" : String(rounded(value, digits)));
const rounded = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits + 0;
const percent = (share: number) => shown(share * 100, 1);
