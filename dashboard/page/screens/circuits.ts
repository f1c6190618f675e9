/** *Circuits*: which circuit used how much, and when; what none tracks; what is used all the time. */
import { type Answer, csvAddress, numberOf, type Row, tableOf } from "../api";
import { baseLoadOption, baseLoadSentence } from "../charts/circuits/base-load";
import { isUsed, layersOf, partName, partOf, shareText } from "../charts/circuits/parts";
import { stripsHeight, stripsOption, stripsSentence } from "../charts/circuits/power";
import { rankingHeight, rankingOption, rankingSentence } from "../charts/circuits/ranking";
import { hasUnknown, stackOption, stackSentence, stepsOf } from "../charts/circuits/stack";
import { createFigure, type FigureArgs } from "../charts/figure";
import { type LegendEntry, legendElement } from "../charts/legend";
import { element } from "../dom";
import { rangeAround } from "../ranges";
import type { View } from "../view";
import { closer, type Place } from "./closer";
import { changeText, comparedBanner } from "./compared";
import type { Answers, Screen } from "./screen";

export const circuits: Screen = (answers, view) => {
  const { answer } = answers;
  const { shown, texts } = view;
  const of = (name: string) => ({
    ...{ name, table: tableOf(answer, name), grain: answer.range.grain },
    csv: csvAddress("circuits", name, shown.site, shown.range),
  });
  const ranking = createFigure(
    {
      ...of("circuits"),
      title: texts.circuits.ranking,
      sentence: rankingSentence(answer, view),
      height: rankingHeight(answer),
      option: (theme) => rankingOption(answer, view, theme),
    },
    view,
  );
  const stack = createFigure(stackArgs(of("steps"), answer, view), view);
  const figures = [ranking, stack];
  if (answer.range.grain === "slot")
    figures.push(
      createFigure(
        {
          ...of("power"),
          title: texts.circuits.power,
          sentence: stripsSentence(answer, view),
          height: stripsHeight(answer),
          option: (theme, width) => stripsOption(answer, view, theme, width),
        },
        view,
      ),
    );
  else
    figures.push(
      createFigure(
        {
          ...of("base_load"),
          title: texts.circuits.baseLoad,
          sentence: baseLoadSentence(answer, view),
          option: (theme) => baseLoadOption(answer, view, theme),
        },
        view,
      ),
    );
  const [rankingElement, ...rest] = figures.map((figure) => figure.element);
  const content = element(
    "div",
    { class: "screen" },
    comparedBanner(answers, view),
    boxes(answers, view),
    coverage(answer, view),
    rankingElement,
    closer(placesOf(answer, view), view),
    ...rest,
    legendOfPatterns(answer, view),
  );
  return {
    element: content,
    close() {
      for (const figure of figures) figure.close();
    },
  };
};

type Of = Pick<FigureArgs, "name" | "table" | "grain" | "csv">;

function stackArgs(of: Of, answer: Answer, view: View): FigureArgs {
  const { texts } = view;
  const layers = layersOf(answer, view).map(({ name, mark }): LegendEntry => ({ color: mark, text: name }));
  const isHatched = stepsOf(answer).some(hasUnknown);
  const places = placesOf(answer, view);
  return {
    ...of,
    title: texts.circuits.steps,
    sentence: stackSentence(answer, view),
    legend: legendElement(isHatched ? [...layers, { color: "unknown", text: texts.unknown }] : layers),
    option: (theme, width) => stackOption(answer, view, theme, width),
    rowOf: (step) => of.table.rows.findIndex(({ start }) => start === stepsOf(answer)[step]?.start),
    onClick(row) {
      const place = places.find(({ date }) => date === of.table.rows[row]?.date);
      if (place) view.show({ range: place.range });
    },
  };
}

/** Where a step of the range leads: the day of an hour, a day, a month; none from a quarter hour. */
function placesOf(answer: Answer, { format }: View): (Place & { readonly date: string })[] {
  const { grain } = answer.range;
  if (grain === "slot") return [];
  const kind = grain === "month" ? "month" : "day";
  const dates = [...new Set(stepsOf(answer).map(({ date }) => date))];
  return dates.map((date) => ({
    ...{ date, range: rangeAround(kind, date) },
    text: kind === "month" ? format.month(date) : format.day(date),
  }));
}

function boxes({ answer, compared }: Answers, view: View): HTMLElement {
  const { texts, format } = view;
  const [total] = tableOf(answer, "totals").rows;
  const [other] = compared ? tableOf(compared, "totals").rows : [];
  const list = element("dl", { class: "boxes" });
  const box = (name: string, label: string, figure: readonly (Node | string)[], ...notes: (string | undefined)[]) =>
    list.append(
      element(
        "div",
        { class: "box", "data-figure": name },
        element("dt", {}, label),
        element("dd", {}, ...figure),
        ...notes.flatMap((note) => (note === undefined ? [] : [element("dd", { class: "note" }, note)])),
      ),
    );
  const used = total && numberOf(total, "consumption_wh");
  const before = other && numberOf(other, "consumption_wh");
  box(
    "consumption_wh",
    texts.columns.consumption_wh,
    energyFigure(used, isIncomplete(total), view),
    changeText(used, before, compared, view),
  );
  const rows = tableOf(answer, "circuits").rows.filter(isUsed);
  const [largest] = rows.filter((row) => partOf(row) === "load");
  const untracked = rows.find((row) => partOf(row) === "untracked");
  for (const row of [largest, untracked]) {
    if (row === undefined) continue;
    const share = shareText(row, view);
    box(
      partOf(row),
      partOf(row) === "load" ? texts.circuits.largest(partName(row, view)) : partName(row, view),
      energyFigure(numberOf(row, "energy_wh"), row.quality === "partial", view),
      share && texts.circuits.ofUsed(share),
    );
  }
  const power = total && numberOf(total, "base_load_w");
  const share = total && numberOf(total, "base_share");
  box(
    "base_load_w",
    texts.circuits.baseLoad,
    power === undefined ? [unknownFigure(view)] : [figure("data-w", power, format.count(power), " W")],
    power === undefined ? undefined : texts.circuits.aDay(format.energy(power * 24)),
    share === undefined ? undefined : texts.circuits.ofUsed(format.share(share)),
  );
  return list;
}

const isIncomplete = (total: Row | undefined) =>
  total !== undefined && (numberOf(total, "known_s") ?? 0) < (numberOf(total, "asked_s") ?? 0) - 1;

const unknownFigure = ({ texts }: View) => element("span", { class: "figure unknown" }, texts.unknown);

const figure = (attribute: string, value: number, text: string, unit: string) =>
  element("span", { class: "figure", [attribute]: String(value) }, text, element("span", { class: "unit" }, unit));

function energyFigure(value: number | undefined, isLeast: boolean, view: View): (Node | string)[] {
  if (value === undefined) return [unknownFigure(view)];
  const made = figure("data-wh", value, view.format.kwh(value), " kWh");
  return isLeast ? [element("span", { class: "least" }, view.texts.atLeast("").trim()), " ", made] : [made];
}

/** For how much of the time each part is known, where one is not. */
function coverage(answer: Answer, view: View): HTMLElement {
  const { texts, format } = view;
  const rows = tableOf(answer, "circuits").rows;
  const unknown = rows.filter((row) => row.quality === "partial" || row.quality === "missing");
  const said = unknown.map((row) => {
    const asked = numberOf(row, "asked_s") ?? 0;
    const known = (numberOf(row, "covered_s") ?? 0) + (numberOf(row, "filled_s") ?? 0);
    return texts.circuits.unknownOf(partName(row, view), format.duration(Math.max(0, asked - known)));
  });
  const sentences = said.length > 0 ? said : [texts.period.allKnown];
  return element("p", { class: "coverage" }, [...sentences, texts.range.zone(format.zone)].join(" "));
}

/** Explains once what the hatching means. */
function legendOfPatterns(answer: Answer, { texts }: View): HTMLElement | undefined {
  const rows = [...tableOf(answer, "steps").rows, ...tableOf(answer, "circuits").rows];
  const has = (quality: string) => rows.some((row) => row.quality === quality);
  const lines = [
    has("missing") ? texts.legend.unknown : undefined,
    has("partial") ? texts.legend.partial : undefined,
    has("filled") ? texts.legend.filled : undefined,
    has("disputed") ? texts.legend.disputed : undefined,
  ].filter((each) => each !== undefined);
  if (lines.length === 0) return undefined;
  return element(
    "aside",
    { class: "card reading", "aria-label": texts.legend.title },
    element("h2", {}, texts.legend.title),
    element("ul", {}, ...lines.map((line) => element("li", {}, line))),
  );
}
