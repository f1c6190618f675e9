/** *Period*: what was used, bought and sold in a range, and how much of it is known. */
import { type Answer, numberOf, type Row, tableOf } from "../api";
import { balanceFigure } from "../charts/balance-figure";
import { hasUnknown, unknownSeconds } from "../charts/balance-words";
import { changeOf } from "../comparison";
import { element } from "../dom";
import type { View } from "../view";
import { comparedBanner } from "./compared";
import { laterParts } from "./period/later";
import type { Screen } from "./screen";

export const period: Screen = (answers, view) => {
  const { answer, compared } = answers;
  const table = tableOf(answer, "balance");
  const [total] = tableOf(answer, "totals").rows;
  const figure = balanceFigure(answer, view, compared);
  const later = laterParts(view);
  const banner = comparedBanner(answers, view);
  const content = element("div", { class: "screen" }, banner, boxes(total, answer, compared, view));
  if (total) content.append(equation(total, view), coverage(total, view));
  content.append(figure.element, qualityLegend(table.rows, view), later.element);
  return {
    element: content,
    close() {
      figure.close();
      later.close();
    },
  };
};

const boxColumns = ["consumption_wh", "import_wh", "export_wh", "solar_wh"] as const;

/** The large figures, of the range that is seen. */
function boxes(total: Row | undefined, answer: Answer, compared: Answer | undefined, view: View): HTMLElement {
  const { texts } = view;
  const list = element("dl", { class: "boxes" });
  for (const column of boxColumns) {
    const value = total && numberOf(total, column);
    // A home without a roof has no box for the sun.
    if (column === "solar_wh" && value === undefined) continue;
    list.append(
      element(
        "div",
        { class: "box", "data-figure": column },
        element("dt", {}, texts.columns[column]),
        element("dd", {}, ...figureText(value, hasUnknown(total), view)),
        compared && changeNote(column, answer, compared, view),
      ),
    );
  }
  return list;
}

/** By how much a figure has changed; over which steps, where these are not all. */
function changeNote(column: string, answer: Answer, compared: Answer, { texts, format }: View): HTMLElement {
  const change = changeOf(tableOf(answer, "balance").rows, tableOf(compared, "balance").rows, column);
  const other = format.days(compared.range.from, compared.range.to);
  if (change === undefined) return element("dd", { class: "note" }, texts.period.noChange(other));
  const text = texts.period.change(format.change(change.part), other);
  const steps = texts.period.steps(answer.range.grain, change.steps, format.count(change.steps));
  return element("dd", { class: "note" }, change.isWhole ? text : `${text}, ${texts.period.overSteps(steps)}`);
}

/** A large number, its unit, and before it that it is the least where a part is not known. */
function figureText(value: number | undefined, isLeast: boolean, { texts, format }: View): (Node | string)[] {
  if (value === undefined) return [element("span", { class: "figure unknown" }, texts.unknown)];
  const number = element(
    "span",
    { class: "figure", "data-wh": String(value) },
    format.kwh(value),
    element("span", { class: "unit" }, " kWh"),
  );
  return isLeast ? [element("span", { class: "least" }, texts.atLeast("").trim()), " ", number] : [number];
}

function equation(total: Row, { texts, format }: View): HTMLElement | string {
  const [bought, sold] = [numberOf(total, "import_wh"), numberOf(total, "export_wh")];
  if (bought === undefined || sold === undefined) return "";
  const part = (color: string, label: string, wh: number) =>
    element(
      "span",
      { class: "term" },
      element("b", { class: color }, format.energy(wh)),
      element("span", { class: "note" }, label),
    );
  return element(
    "p",
    { class: "card equation", "aria-label": texts.period.equation },
    part("grid", texts.roles.import, bought),
    element("span", { class: "sign" }, "−"),
    part("export", texts.roles.export, sold),
    element("span", { class: "sign" }, "="),
    part("", texts.period.net, bought - sold),
  );
}

/** How much of the passed time is known, as a bar and in words. */
function coverage(total: Row, { texts, format }: View): HTMLElement {
  const asked = numberOf(total, "asked_s") ?? 0;
  const unknown = unknownSeconds(total);
  const share = asked === 0 ? 0 : 1 - unknown / asked;
  const [filled, disputed] = [numberOf(total, "filled_s") ?? 0, numberOf(total, "disputed_s") ?? 0];
  const sentences = [
    !hasUnknown(total) && asked > 0
      ? texts.period.allKnown
      : share === 0
        ? texts.period.nothingKnown
        : texts.period.known(format.share(share)),
    hasUnknown(total) && share > 0 ? texts.period.unknownTime(format.duration(unknown)) : "",
    filled > 1 ? texts.period.filledTime(format.duration(filled)) : "",
    disputed > 1 ? texts.period.disputedTime(format.duration(disputed)) : "",
    texts.range.zone(format.zone),
  ];
  return element("p", { class: "coverage" }, sentences.filter((each) => each !== "").join(" "));
}

/** Explains once each pattern that is in the chart. */
function qualityLegend(rows: readonly Row[], { texts }: View): HTMLElement | string {
  const there = new Set(rows.map(({ quality }) => quality));
  const lines = [
    there.has("missing") ? texts.legend.unknown : undefined,
    there.has("partial") ? texts.legend.partial : undefined,
    there.has("filled") ? texts.legend.filled : undefined,
    there.has("disputed") ? texts.legend.disputed : undefined,
  ].filter((each) => each !== undefined);
  if (lines.length === 0) return "";
  return element(
    "aside",
    { class: "card reading", "aria-label": texts.legend.title },
    element("h2", {}, texts.legend.title),
    element("ul", {}, ...lines.map((line) => element("li", {}, line))),
  );
}
