/** *Circuits*: which circuit used how much, and when; what none tracks; what is used all the time. */
import { type Answer, csvAddress, tableOf } from "../api";
import { baseLoadOption, baseLoadSentence } from "../charts/circuits/base-load";
import { layersOf } from "../charts/circuits/parts";
import { stripsHeight, stripsOption, stripsSentence } from "../charts/circuits/power";
import { rankingHeight, rankingOption, rankingSentence } from "../charts/circuits/ranking";
import { hasUnknown, stackOption, stackSentence, stepsOf } from "../charts/circuits/stack";
import { createFigure, type FigureArgs } from "../charts/figure";
import { type LegendEntry, legendElement } from "../charts/legend";
import { element } from "../dom";
import { rangeAround } from "../ranges";
import type { View } from "../view";
import { boxes } from "./circuits/boxes";
import { coverage, legendOfPatterns } from "./circuits/known";
import { closer, type Place } from "./closer";
import { comparedBanner } from "./compared";
import type { Screen } from "./screen";

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
