/** *Money*: what a range costs and why, the bill that it is on, what it will come to, and what other plans would ask. */
import { type Answer, csvAddress, tableOf, textOf } from "../api";
import { bandsOf } from "../charts/bands";
import { stepText } from "../charts/cells";
import { type CostStep, costGrain, costOf, costOption, costSentence, costSteps } from "../charts/cost";
import { createFigure } from "../charts/figure";
import { button, element } from "../dom";
import { later } from "../later";
import { withColumns } from "../own-columns";
import type { Drawn, View } from "../view";
import { changeText } from "./compared";
import { billCard, isBillOpen, shownPeriod, sumOfBill } from "./money/bill";
import { billEstimate } from "./money/estimate";
import { planComparison } from "./money/plans";
import { shiftSavings } from "./money/shifts";
import { createWhy, type Why } from "./money/why";
import type { Screen } from "./screen";

export const money: Screen = ({ answer, compared }, view) => {
  const { texts } = view;
  if (tableOf(answer, "periods").rows.length === 0) return { element: noTariff(view), close: () => undefined };
  const why = createWhy(view);
  const steps = costSteps(tableOf(answer, "cost").rows);
  const parts: Drawn[] = [costFigure(answer, steps, why, view)];
  if (shownPeriod(answer) && tableOf(answer, "bill").rows.length > 0)
    parts.push(later(texts.money.estimate, view, () => billEstimate(answer, view)));
  parts.push(later(texts.money.comparison, view, () => planComparison(answer, view)));
  parts.push(later(texts.money.savings, view, () => shiftSavings(answer, view)));
  const [figure, ...others] = parts.map((part) => part.element);
  const content = element(
    "div",
    { class: "screen" },
    boxes(answer, compared, steps, view),
    unpaidNote(answer, steps, view),
    figure,
    billCard(answer, why, view),
    ...others,
    why.element,
  );
  return {
    element: content,
    close() {
      for (const part of parts) part.close();
    },
  };
};

const noTariff = ({ texts }: View) =>
  element(
    "section",
    { class: "card chart" },
    element("h2", {}, texts.money.noTariff),
    element("p", { class: "coverage" }, texts.money.howTariff),
  );

function boxes(answer: Answer, compared: Answer | undefined, steps: readonly CostStep[], view: View): HTMLElement {
  const { texts, format } = view;
  const range = costOf(steps);
  const sum = sumOfBill(tableOf(answer, "bill").rows);
  const before = compared && costOf(costSteps(tableOf(compared, "cost").rows));
  const box = (name: string, title: string, value: number | undefined, isLeast: boolean, note: string) =>
    element(
      "div",
      { class: "box", "data-figure": name },
      element("dt", {}, title),
      element(
        "dd",
        {},
        value !== undefined && isLeast
          ? element("span", { class: "least" }, `${texts.atLeast("").trim()} `)
          : undefined,
        value === undefined
          ? element("span", { class: "figure unknown" }, texts.unknown)
          : element("span", { class: "figure", "data-amount": String(value) }, format.money(value)),
      ),
      note === "" ? undefined : element("dd", { class: "note" }, note),
    );
  const change = changeText(range.gross, before?.gross, compared, view) ?? texts.money.costNote;
  return element(
    "dl",
    { class: "boxes" },
    box("cost_gross", texts.money.costBox, range.gross, range.isLeast, change),
    box("bill_gross", texts.money.billBox, sum.gross, isBillOpen(sum), texts.money.billNote),
  );
}

/** Days on which no plan holds, as `npm run bill` names them. */
function unpaidNote(answer: Answer, steps: readonly CostStep[], view: View): HTMLElement | undefined {
  const { format, texts } = view;
  const starts = steps.filter(({ state }) => state === "no-plan").map(({ start }) => start);
  if (starts.length === 0) return undefined;
  const isOfSlots = costGrain(answer) === "slot";
  const days = (isOfSlots ? [answer.range.from] : starts).map((day) => format.shortDay(day));
  const named = days.length > 8 ? [...days.slice(0, 3), "…", ...days.slice(-1)] : days;
  return element("p", { class: "banner" }, texts.money.noPlanDays(named.join(", ")));
}

function costFigure(answer: Answer, steps: readonly CostStep[], why: Why, view: View): Drawn {
  const { texts, shown } = view;
  const table = tableOf(answer, "cost");
  const grain = costGrain(answer);
  const ask = (step: CostStep | undefined) => {
    if (step === undefined || step.gross === undefined) return;
    why.ask(questionOf(step, answer, view));
  };
  const marks = bandsOf(table.rows, view).map(({ color, text }) => ({ color, text }));
  const hasGaps = steps.some(({ state }) => state === "unknown" || state === "no-plan");
  const hasParts = steps.some(({ state }) => state === "partial");
  const legend = element(
    "ul",
    { class: "legend" },
    ...marks.map(({ color, text }) =>
      element("li", {}, element("span", { class: `mark ${color}`, "aria-hidden": "true" }), text),
    ),
    hasGaps
      ? element("li", {}, element("span", { class: "mark unknown", "aria-hidden": "true" }), texts.money.gap)
      : undefined,
    hasParts ? element("li", {}, texts.legend.partial) : undefined,
  );
  const figure = createFigure(
    {
      ...{ name: "cost", title: texts.money.cost, table, grain, legend },
      csv: csvAddress("money", "cost", shown.site, shown.range),
      sentence: costSentence(answer, view),
      option: (theme, width) => costOption(answer, view, theme, width),
      onClick: (index) => ask(steps[index]),
    },
    withColumns(view, texts.money.columns),
  );
  const known = steps.filter(({ gross }) => gross !== undefined);
  if (known.length > 0) figure.element.append(chooser(known, answer, view, ask));
  return figure;
}

/** The same as a click into the picture, for the keyboard. */
function chooser(
  steps: readonly CostStep[],
  answer: Answer,
  view: View,
  ask: (step: CostStep | undefined) => void,
): HTMLElement {
  const { texts, format } = view;
  const attributes = { "data-why": true, "aria-haspopup": "dialog" };
  // All quarter hours of a day have one answer: the day's.
  if (costGrain(answer) === "slot")
    return element(
      "div",
      { class: "tools" },
      button(texts.money.whyButton, () => ask(steps[0]), attributes),
    );
  const select = element("select", { "aria-label": texts.money.whyStep });
  for (const [index, { start, gross }] of steps.entries())
    select.append(
      element(
        "option",
        { value: String(index) },
        `${stepText(start, costGrain(answer), view)}: ${format.money(gross ?? 0)}`,
      ),
    );
  return element(
    "div",
    { class: "tools" },
    select,
    button(texts.money.whyButton, () => ask(steps[Number(select.value)]), attributes),
  );
}

/** Of a quarter hour its day, in which it stands. */
function questionOf({ start }: CostStep, answer: Answer, view: View) {
  const { format } = view;
  const { from, to, grain } = answer.range;
  if (grain === "slot") return { title: format.days(from, to), from, to, only: {} };
  if (costGrain(answer) === "day") return { title: format.day(start), from: start, to: start, only: {} };
  const steps = tableOf(answer, "cost").rows.map((row) => textOf(row, "start"));
  const next = [...new Set(steps)].find((each) => each > start);
  const end = next === undefined ? to : new Date(Date.parse(next) - 86_400_000).toISOString().slice(0, 10);
  return { title: format.month(start), from: start, to: end, only: {} };
}
