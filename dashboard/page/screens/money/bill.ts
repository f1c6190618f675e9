/** The bill of a billing period, line by line; each amount says why. */
import { type Answer, csvAddress, numberOf, type Row, tableOf, textOf } from "../../api";
import { addDays } from "../../days";
import { button, element } from "../../dom";
import type { View } from "../../view";
import type { Why } from "./why";

/** The period that holds the last day of the range that has begun; undefined on days without a plan. */
export const shownPeriod = (answer: Answer): Row | undefined =>
  tableOf(answer, "periods").rows.find(({ is_shown }) => is_shown === true);

export const periodDays = (period: Row) =>
  ({ from: textOf(period, "period_start"), to: addDays(textOf(period, "period_end"), -1) }) as const;

export interface BillSum {
  readonly net: number | undefined;
  readonly vat: number | undefined;
  readonly gross: number | undefined;
  /** Undefined where a price is not known. */
  readonly atLeast: number | undefined;
  readonly atMost: number | undefined;
}

export function sumOfBill(lines: readonly Row[]): BillSum {
  const known = (name: string) => {
    const values = lines.flatMap((line) => numberOf(line, name) ?? []);
    return values.length > 0 ? values.reduce((a, b) => a + b, 0) : undefined;
  };
  const whole = (name: string) => (lines.every((line) => numberOf(line, name) !== undefined) ? known(name) : undefined);
  return {
    ...{ net: known("net"), vat: known("vat"), gross: known("gross") },
    ...{ atLeast: whole("at_least"), atMost: whole("at_most") },
  };
}

/** Whether its sum is the least that it comes to. */
export const isBillOpen = ({ gross, atLeast, atMost }: BillSum): boolean =>
  gross !== undefined && (atLeast === undefined || atMost === undefined || atMost - atLeast >= 0.005);

export function billCard(answer: Answer, why: Why, view: View): HTMLElement {
  const { texts, format, shown } = view;
  const period = shownPeriod(answer);
  const lines = tableOf(answer, "bill").rows;
  const card = (...content: (HTMLElement | undefined)[]) =>
    element("section", { class: "card chart", "data-list": "bill" }, ...content);
  if (period === undefined) return card(element("h2", {}, texts.money.bill), element("p", {}, texts.money.noPeriod));
  const { from, to } = periodDays(period);
  const title = texts.money.billOf(textOf(period, "plan"), format.days(from, to));
  if (lines.length === 0) return card(element("h2", {}, title), element("p", {}, texts.money.noBill));
  const csv = csvAddress("money", "bill", shown.site, shown.range);
  return card(
    element(
      "div",
      { class: "card-head" },
      element("h2", {}, title),
      element(
        "a",
        { class: "quiet", href: csv, download: true, "aria-label": texts.chart.csvOf(title) },
        texts.chart.csv,
      ),
    ),
    element("p", { class: "coverage" }, ...notes(lines, view).map((each) => `${each} `)),
    element(
      "div",
      { class: "table tall", tabindex: "0", role: "region", "aria-label": title },
      billTable(title, lines, { from, to }, why, view),
    ),
  );
}

type Days = ReturnType<typeof periodDays>;

function billTable(title: string, lines: readonly Row[], days: Days, why: Why, view: View): HTMLElement {
  const { texts, format } = view;
  const money = (value: number | undefined) => (value === undefined ? texts.unknown : format.money(value));
  const names = texts.money;
  const head = [names.line, names.quantity, names.price, names.net, names.vat, names.gross, names.bounds, names.known];
  const sums = sumOfBill(lines);
  const body = lines.map((line) => {
    const [least, most] = [numberOf(line, "at_least"), numberOf(line, "at_most")];
    const unknown = numberOf(line, "unknown_share") ?? 0;
    const gross = money(numberOf(line, "gross"));
    const name = lineName(line, view);
    return element(
      "tr",
      { class: unknown > 0 || line.is_price_known === false ? "partial" : undefined },
      element(
        "th",
        { scope: "row" },
        name,
        element("span", { class: "note kind" }, ` ${kindText(line, view)}`),
        line.is_example === true ? element("span", { class: "tag" }, names.example) : undefined,
      ),
      cell(quantityText(line, view)),
      cell(line.is_price_known === false ? names.priceUnknown : priceText(line, view)),
      cell(money(numberOf(line, "net"))),
      cell(`${money(numberOf(line, "vat"))} (${format.share(numberOf(line, "vat_rate") ?? 0)})`),
      element(
        "td",
        { class: "number" },
        button(gross, () => why.ask(questionOf(line, name, days, view)), {
          ...{ class: "link", "aria-haspopup": "dialog", "aria-label": names.whyOf(name, gross) },
        }),
      ),
      cell(boundsText(least, most, view)),
      element("td", {}, knownText(line, view)),
    );
  });
  return element(
    "table",
    { class: "bill" },
    element("caption", {}, texts.chart.tableOf(title)),
    element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text)))),
    element("tbody", {}, ...body),
    element(
      "tfoot",
      {},
      element(
        "tr",
        {},
        element("th", { scope: "row" }, names.total),
        ...[cell(""), cell(""), cell(money(sums.net)), cell(money(sums.vat))],
        element("td", { class: "number", "data-bill-total": String(sums.gross ?? "") }, money(sums.gross)),
        cell(boundsText(sums.atLeast, sums.atMost, view)),
        element("td", {}),
      ),
    ),
  );
}

const cell = (text: string) => element("td", { class: "number" }, text);

function lineName(line: Row, { texts }: View): string {
  const { band, component_name } = line;
  const block = numberOf(line, "block");
  return [
    line.component === "minimum" ? texts.money.minimum : String(component_name),
    line.unit === "kWh" && typeof band === "string" && band !== "all" ? band : "",
    block === undefined ? "" : texts.money.block(block),
  ]
    .filter((part) => part !== "")
    .join(", ");
}

function kindText(line: Row, { texts }: View): string {
  const kinds: Readonly<Record<string, string>> = texts.money.kinds;
  return kinds[textOf(line, "kind")] ?? textOf(line, "kind");
}

const unitText = (line: Row, { texts }: View): string => {
  const units: Readonly<Record<string, string>> = texts.money.units;
  return units[textOf(line, "unit")] ?? textOf(line, "unit");
};

function quantityText(line: Row, view: View): string {
  const quantity = numberOf(line, "quantity");
  return quantity === undefined ? view.texts.unknown : `${view.format.number(quantity)} ${unitText(line, view)}`;
}

function priceText(line: Row, view: View): string {
  const price = numberOf(line, "price");
  return price === undefined ? "–" : `${view.format.price(price)}/${unitText(line, view)}`;
}

function boundsText(least: number | undefined, most: number | undefined, { texts, format }: View): string {
  if (least === undefined || most === undefined) return texts.unknown;
  return most - least < 0.005 ? format.money(least) : texts.money.between(format.money(least), format.money(most));
}

function knownText(line: Row, { texts, format }: View): string {
  const parts = [
    [texts.qualities.measured, numberOf(line, "measured_share")],
    [texts.columns.filled_s.toLocaleLowerCase(), numberOf(line, "filled_share")],
    [texts.unknown, numberOf(line, "unknown_share")],
  ] as const;
  return parts.flatMap(([name, share]) => (share ? `${name} ${format.share(share)}` : [])).join(", ");
}

/** Of a charge there are no slots: it is its quantity times its price. */
function questionOf(line: Row, name: string, days: Days, view: View) {
  const { texts, format } = view;
  const title = `${name}, ${format.days(days.from, days.to)}`;
  if (line.unit === "kWh") {
    const { component, version, band } = line;
    return { title, ...days, only: { component: String(component), version: String(version), band: String(band) } };
  }
  const [net, gross] = ["net", "gross"].map((each) => numberOf(line, each));
  const amount = (value: number | undefined) => (value === undefined ? texts.unknown : format.money(value));
  const sentence = texts.money.whyCharge(quantityText(line, view), priceText(line, view), amount(net), amount(gross));
  return { title, ...days, only: {}, sentence };
}

/** As `npm run bill` says it. */
function notes(lines: readonly Row[], view: View): string[] {
  const { texts, format } = view;
  const { gross, atLeast, atMost } = sumOfBill(lines);
  const namesOf = (test: (line: Row) => boolean) =>
    [...new Set(lines.filter(test).map((line) => String(line.component_name)))].join(", ");
  const unpriced = namesOf(({ is_price_known }) => is_price_known === false);
  const examples = namesOf(({ is_example }) => is_example === true);
  return [
    gross === undefined ? "" : texts.money.billSentence(format.money(gross)),
    unpriced !== ""
      ? texts.money.unpriced(unpriced)
      : atLeast !== undefined && atMost !== undefined && atMost - atLeast >= 0.005
        ? texts.money.billBounds(format.money(atLeast), format.money(atMost))
        : texts.money.billKnown,
    examples === "" ? "" : texts.money.examples(examples),
  ].filter((each) => each !== "");
}
