/** *Pattern*: at which hours of which days much is used, what a mean day is like, and the highest power of each month. */
import { csvAddress, tableOf } from "../api";
import { createFigure } from "../charts/figure";
import { type LegendEntry, legendElement } from "../charts/legend";
import { heatLegend, heatOption, heatSentence } from "../charts/pattern/heat-map";
import { cellsOf, daysOf, measureOf } from "../charts/pattern/hours";
import { peaksLegend, peaksOption, peaksSentence } from "../charts/pattern/peaks";
import { monthsText, panelsOf, profileHeight, profileOption, profileSentence } from "../charts/pattern/profile";
import { lengthOf } from "../days";
import { element } from "../dom";
import { rangeAround } from "../ranges";
import { comparedBanner } from "./compared";
import type { Screen } from "./screen";

export const pattern: Screen = (answers, view) => {
  const { answer, compared } = answers;
  const { shown, texts, format } = view;
  const of = (name: string) => ({
    ...{ name, table: tableOf(answer, name), grain: answer.range.grain },
    csv: csvAddress("pattern", name, shown.site, shown.range),
  });
  const cells = cellsOf(answer);
  const days = daysOf(cells);
  // A range that ends in the future is not cut for that.
  const isCut = days.length === 366 && lengthOf(answer.range.from, days.at(-1) ?? answer.range.to) > days.length;
  const heat = createFigure(
    {
      ...of("heat"),
      title: texts.pattern.heat[measureOf(answer)],
      sentence: [isCut ? texts.pattern.cut(format.count(days.length)) : "", heatSentence(answer, view)]
        .join(" ")
        .trim(),
      legend: legendElement(heatLegend(answer, view)),
      option: (theme, width) => heatOption(answer, view, theme, width),
      onClick: (cell) => {
        const day = cells[cell]?.date;
        if (day) view.show({ screen: "circuits", range: rangeAround("day", day) });
      },
    },
    view,
  );
  const lines: readonly LegendEntry[] = [
    { color: "solid", text: texts.codes.day_type.weekday },
    { color: "dashed", text: texts.codes.day_type.weekend },
    ...(compared
      ? [{ color: "earlier", text: `${texts.pattern.before}: ${monthsText(compared, view)}` } as const]
      : []),
  ];
  const profile = createFigure(
    {
      ...of("profile"),
      title: texts.pattern.profile,
      sentence: profileSentence(answers, view),
      legend: legendElement(lines),
      height: profileHeight(answers, window.innerWidth),
      option: (theme, width) => profileOption(answers, view, theme, width),
    },
    view,
  );
  const peaks = createFigure(
    {
      ...of("peaks"),
      title: texts.pattern.peaks,
      sentence: peaksSentence(answer, view),
      legend: legendElement(peaksLegend(answer, view)),
      option: (theme) => peaksOption(answer, view, theme),
    },
    view,
  );
  const figures = [heat, ...(panelsOf(answers).length > 0 ? [profile] : []), peaks];
  const content = element(
    "div",
    { class: "screen" },
    comparedBanner(answers, view),
    element("p", { class: "coverage" }, texts.range.zone(format.zone)),
    ...figures.map((figure) => figure.element),
  );
  return {
    element: content,
    close() {
      for (const figure of [heat, profile, peaks]) figure.close();
    },
  };
};
