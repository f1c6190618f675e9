/** The plans side by side: what the same energy would have come to under each, as a picture and as a ledger. */
import { type Answer, csvAddress, readTable } from "../../api";
import {
  type Compared,
  comparedPlans,
  comparisonOption,
  comparisonSentence,
  type PlanSum,
} from "../../charts/comparison";
import { createFigure } from "../../charts/figure";
import { legendElement } from "../../charts/legend";
import { addDays } from "../../days";
import { element } from "../../dom";
import { withColumns } from "../../own-columns";
import type { Drawn, View } from "../../view";

export async function planComparison(answer: Answer, view: View): Promise<Drawn> {
  const { texts, shown, format } = view;
  const table = await readTable("money", "comparison", shown.site, shown.range);
  const compared = comparedPlans(table);
  const nothing = (text: string): Drawn => ({
    element: element(
      "section",
      { class: "card chart" },
      element("h2", {}, texts.money.comparison),
      element("p", { class: "coverage" }, text),
    ),
    close: () => undefined,
  });
  if (compared === undefined) return nothing(texts.money.noComparison);
  if (compared.sums.length < 2) return nothing(texts.money.onlyOwn);
  const title = texts.money.comparisonOf(format.days(compared.from, addDays(compared.end, -1)));
  const figure = createFigure(
    {
      ...{ name: "comparison", title, table, grain: answer.range.grain },
      csv: csvAddress("money", "comparison", shown.site, shown.range),
      sentence: comparisonSentence(compared, view),
      legend: legendElement([{ color: "unknown", text: texts.money.atMostHatch }]),
      option: (theme) => comparisonOption(compared, view, theme),
    },
    withColumns(view, texts.money.columns),
  );
  figure.element.querySelector(".picture")?.classList.add("low");
  figure.element.append(ledger(title, compared, view));
  return figure;
}

function ledger(title: string, { sums }: Compared, view: View): HTMLElement {
  const { texts } = view;
  const names = texts.money;
  const head = [names.plan, names.gross, names.bounds, names.difference, names.notes];
  return element(
    "div",
    { class: "table tall", tabindex: "0", role: "region", "aria-label": title },
    element(
      "table",
      { id: "plans" },
      element("caption", {}, title),
      element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text)))),
      element("tbody", {}, ...sums.map((sum) => rowOf(sum, view))),
    ),
  );
}

function rowOf(sum: PlanSum, { texts, format }: View): HTMLElement {
  const { plan, isOwn, gross, atLeast, atMost, difference, isExample, isPriceKnown } = sum;
  const bounds =
    atLeast === undefined || atMost === undefined
      ? texts.unknown
      : texts.money.between(format.money(atLeast), format.money(atMost));
  const notes = [isPriceKnown ? "" : texts.money.priceUnknown, isExample ? texts.money.example : ""];
  return element(
    "tr",
    { "data-plan": plan, "data-gross": String(gross) },
    element("th", { scope: "row" }, plan, isOwn ? element("span", { class: "tag own" }, texts.money.own) : undefined),
    element("td", { class: "number" }, format.money(gross)),
    element("td", { class: "number" }, bounds),
    element("td", { class: "number" }, isOwn || difference === undefined ? "–" : signed(difference, format.money)),
    element("td", {}, notes.filter((each) => each !== "").join(", ")),
  );
}

const signed = (value: number, money: (value: number) => string) => (value > 0 ? `+${money(value)}` : money(value));
