/** The report: each line of the bill with what the data has, what explains a difference, and what the bill leaves out. */
import type { Tariff } from "../../configuration/tariffs";
import { type Comparison, compare, linesOf, type Sum, sumOf } from "./compare";
import { amountText, type Case, type Explanation, numberText } from "./explanations/explanation";
import { gaps } from "./explanations/gaps";
import { priceVersion } from "./explanations/price-version";
import { readingDays } from "./explanations/reading-days";
import { consequence, rounding } from "./explanations/rounding";
import { zoneClock } from "./explanations/zone-clock";
import type { PrintedBill, PrintedLine } from "./printed-bill";
import type { Recorded, RecordedLine } from "./recorded";
import { registerLines } from "./registers";

const explanations: readonly Explanation[] = [gaps, consequence, priceVersion, zoneClock, readingDays];

export interface Report {
  readonly lines: readonly string[];
  /** Differences that nothing explains, and lines that cannot be compared. */
  readonly unexplained: number;
}

/** @param readPlan a plan by its name; `undefined` where there is none. */
export async function reconcile(
  bill: PrintedBill,
  recorded: Recorded,
  readPlan: (name: string) => Tariff | undefined,
): Promise<Report> {
  const all = await recorded.lines();
  const [first] = all;
  if (first === undefined)
    return {
      lines: [`The contract of ${bill.site} has no billing period from ${bill.from} to ${bill.to} with a record.`],
      unexplained: bill.lines.length,
    };
  const tariff = readPlan(first.plan);
  const parts: Report[] = [];
  for (const printed of bill.lines) parts.push(await lineReport({ bill, printed, recorded, tariff }, all));
  const hasRegisters = bill.lines.some(({ register }) => register);
  const registers = hasRegisters ? registerLines(bill, await recorded.counters()) : [];
  return {
    lines: [
      `${bill.site}, ${bill.from} to ${bill.to}, ${first.plan}, ${first.currency}`,
      ...parts.flatMap(({ lines }) => ["", ...lines]),
      ...(registers.length > 0 ? ["", "Registers", ...indented(registers)] : []),
      ...leftOut(bill, all),
    ],
    unexplained: parts.reduce((sum, { unexplained }) => sum + unexplained, 0),
  };
}

type Given = Pick<Case, "bill" | "printed" | "recorded" | "tariff">;

async function lineReport(given: Given, all: readonly RecordedLine[]): Promise<Report> {
  const { printed } = given;
  const sum = sumOf(linesOf(printed, all));
  if (!sum) return { lines: [printed.text, ...indented([notThere(printed, all)])], unexplained: 1 };
  const comparisons = compare(printed, sum);
  const told: string[] = [];
  let unexplained = 0;
  for (const difference of comparisons) {
    told.push(comparisonText(difference));
    if (difference.agrees) continue;
    const found = await explained({ ...given, sum, difference, all: comparisons });
    if (found.length === 0) unexplained++;
    told.push(...indented(found.length > 0 ? found : ["Nothing that is known explains it."]));
  }
  return { lines: [`${printed.text} (${namesOf(sum)})`, ...indented(told)], unexplained };
}

/** What is rounding needs no other explanation; of others, all that fit are told. */
async function explained(given: Case): Promise<string[]> {
  const rounded = await rounding(given);
  if (rounded.length > 0) return rounded;
  const found: string[] = [];
  for (const explanation of explanations) found.push(...(await explanation(given)));
  return [...new Set(found)];
}

const namesOf = ({ lines }: Sum) =>
  [...new Set(lines.flatMap(({ component_name, band }) => [component_name, ...(band === null ? [] : [band])]))].join(
    ", ",
  );

function comparisonText({ figure, unit, printed, recorded, agrees }: Comparison): string {
  const isAmount = figure === "net" || figure === "gross";
  const textOf = (value: number) => (isAmount ? amountText(value) : numberText(value, figure === "price" ? 6 : 3));
  const ours = recorded === null ? "not known" : textOf(recorded);
  const verdict =
    agrees || recorded === null ? (agrees ? "agrees" : "differs") : `differs by ${textOf(printed - recorded)}`;
  return `${figure}: bill ${textOf(printed)}, data ${[ours, unit].join(" ").trim()}: ${verdict}`;
}

function notThere({ component, band }: PrintedLine, all: readonly RecordedLine[]): string {
  const components = [...new Set(all.map((line) => line.component))].join(", ");
  if (component === undefined) return `It names no component, so it is not compared; there are ${components}.`;
  const bands = all.flatMap((line) => (line.component === component && line.band !== null ? [line.band] : []));
  if (bands.length === 0) return `The data's bill has no component ${component}; it has ${components}.`;
  return `The component ${component} has no band ${band}; it has ${[...new Set(bands)].join(", ")}.`;
}

/** What the data's bill has and no line of the printed one names. */
function leftOut({ lines }: PrintedBill, all: readonly RecordedLine[]): string[] {
  const named = new Set(lines.flatMap((printed) => linesOf(printed, all)));
  const rest = all.filter((line) => !named.has(line));
  if (rest.length === 0) return [];
  const texts = rest.map(({ component, band, net }) => {
    const amount = net === null ? "not known" : amountText(net);
    return `${[component, ...(band === null ? [] : [band])].join(" ")}: net ${amount}`;
  });
  return ["", "Not among the bill's lines", ...indented(texts)];
}

const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
