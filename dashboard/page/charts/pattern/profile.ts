/** The mean day of weekdays and of weekends, a panel a season; thin lines are those of the range that is compared with. */
import { type Answer, numberOf, type Row, tableOf, textOf } from "../../api";
import type { Answers } from "../../screens/screen";
import type { View } from "../../view";
import { axisText, tooltipOf } from "../axes";
import type { ChartOption } from "../echarts";
import { type Theme, unknownHatch } from "../theme";
import { measureOf } from "./hours";

type Measure = "consumption_w" | "import_w";
const quarters = Array.from({ length: 96 }, (_, quarter) => quarter);
const seasons = ["DJF", "MAM", "JJA", "SON"] as const;
const dayTypes = ["weekday", "weekend"] as const;
type DayType = (typeof dayTypes)[number];

type Lines = Readonly<Record<DayType, readonly (number | undefined)[]>>;
interface Panel {
  readonly season: (typeof seasons)[number];
  readonly lines: Lines;
  /** Of the range that is compared with; undefined where that knows nothing of the season. */
  readonly before: Lines | undefined;
}

export const profileMeasure = (answer: Answer): Measure =>
  measureOf(answer) === "import_wh" ? "import_w" : "consumption_w";

/** The seasons of which either range knows anything. */
export function panelsOf({ answer, compared }: Answers): Panel[] {
  const measure = profileMeasure(answer);
  const [own, before] = [linesOf(answer, measure), compared && linesOf(compared, measure)];
  return seasons.flatMap((season) => {
    const [lines, earlier] = [own.get(season), before?.get(season)];
    return lines || earlier ? [{ season, lines: lines ?? unknownLines, before: earlier }] : [];
  });
}

const unknownLines: Lines = { weekday: quarters.map(() => undefined), weekend: quarters.map(() => undefined) };

function linesOf(answer: Answer, measure: Measure): Map<Panel["season"], Lines> {
  const { rows } = tableOf(answer, "profile");
  const line = (own: readonly Row[], dayType: DayType) => {
    const found = new Map(
      own.filter((row) => row.day_type === dayType).map((row) => [numberOf(row, "quarter"), numberOf(row, measure)]),
    );
    return quarters.map((quarter) => found.get(quarter));
  };
  const known = new Map<Panel["season"], Lines>();
  for (const season of seasons) {
    const own = rows.filter((row) => textOf(row, "season") === season);
    if (own.some((row) => row[measure] !== null))
      known.set(season, { weekday: line(own, "weekday"), weekend: line(own, "weekend") });
  }
  return known;
}

const timeText = (quarter: number, { format }: View) =>
  new Intl.DateTimeFormat(format.locale, { hour: "2-digit", minute: "2-digit", timeZone: "UTC" }).format(
    quarter * 900_000,
  );

const panelHeight = 220;
const columnsOf = (panels: number, width: number) => (width < 700 || panels === 1 ? 1 : 2);
export const profileHeight = (answers: Answers, width: number): number => {
  const count = Math.max(1, panelsOf(answers).length);
  return Math.ceil(count / columnsOf(count, width)) * panelHeight;
};

export function profileOption(answers: Answers, view: View, theme: Theme, width: number): ChartOption {
  const panels = panelsOf(answers);
  const { texts } = view;
  const columns = columnsOf(panels.length, width);
  const most = Math.max(
    1,
    ...panels.flatMap(({ lines, before }) =>
      [lines, before ?? unknownLines].flatMap((each) => dayTypes.flatMap((type) => each[type].map((w) => w ?? 0))),
    ),
  );
  const labels = quarters.map((quarter) => timeText(quarter, view));
  const left = 64;
  const cell = (width - 8) / columns;
  const hidden = panels.length;
  return {
    textStyle: { fontFamily: theme.fontFamily },
    tooltip: tooltipOf(theme, (quarter) => tooltipText(quarter, panels, view)),
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    grid: panels.map((_, index) => ({
      ...{ left: left + (index % columns) * cell, width: cell - left - 12 },
      ...{ top: Math.floor(index / columns) * panelHeight + 34, height: panelHeight - 34 - 34 },
    })),
    xAxis: [
      ...panels.map((_, index) => ({
        ...{ type: "category", gridIndex: index, data: labels, boundaryGap: false, axisTick: { show: false } },
        axisLine: { lineStyle: { color: theme.line } },
        axisLabel: { ...axisText(theme), interval: (quarter: number) => quarter % 24 === 0 },
      })),
      ...panels.map((_, index) => ({ type: "category", gridIndex: index, data: labels, show: false })),
    ],
    yAxis: [
      ...panels.map(({ season }, index) => ({
        ...{ type: "value", gridIndex: index, min: 0, max: most, splitNumber: 3, nameGap: 10 },
        name: texts.codes.season[season],
        nameTextStyle: {
          ...{ color: theme.text, fontFamily: theme.fontFamily, fontSize: 13, align: "left" },
          padding: [0, 0, 0, -left],
        },
        axisLabel: {
          ...{ ...axisText(theme), showMaxLabel: false },
          formatter: (value: number) => view.format.power(value),
        },
        splitLine: { lineStyle: { color: theme.line } },
      })),
      ...panels.map((_, index) => ({ type: "value", show: false, min: 0, max: 1, gridIndex: index })),
    ],
    series: panels.flatMap(({ lines, before }, index) => [
      {
        type: "bar",
        ...{ xAxisIndex: hidden + index, yAxisIndex: hidden + index, barCategoryGap: 0, z: 0, silent: true },
        itemStyle: { color: "transparent", decal: unknownHatch(theme) },
        data: quarters.map((quarter) => (dayTypes.some((type) => lines[type][quarter] === undefined) ? 1 : null)),
      },
      ...(before ? dayTypes : []).map((type) => ({
        type: "line",
        ...{ xAxisIndex: index, yAxisIndex: index, showSymbol: false, connectNulls: false, silent: true },
        lineStyle: { width: 1.25, color: theme.faint, type: type === "weekday" ? "solid" : "dashed" },
        data: before?.[type].map((power) => power ?? null),
      })),
      ...dayTypes.map((type) => ({
        type: "line",
        ...{ xAxisIndex: index, yAxisIndex: index, showSymbol: false, connectNulls: false },
        lineStyle: {
          width: 2.5,
          color: type === "weekday" ? theme.home : theme.accent,
          type: type === "weekday" ? "solid" : "dashed",
        },
        data: lines[type].map((power) => power ?? null),
      })),
    ]),
  };
}

function tooltipText(quarter: number, panels: readonly Panel[], view: View): string {
  if (quarter < 0) return "";
  const { format, texts } = view;
  const powerText = (power: number | undefined) => (power === undefined ? texts.unknown : format.power(power));
  const lines = panels.flatMap(({ season, lines: of, before }) => [
    texts.codes.season[season],
    ...dayTypes.map((type) => {
      const now = `${texts.codes.day_type[type]}: ${powerText(of[type][quarter])}`;
      return before ? `${now} (${texts.pattern.before}: ${powerText(before[type][quarter])})` : now;
    }),
  ]);
  return [timeText(quarter, view), ...lines].join("\n");
}

/** The months that a range touches: the mean day is of all of them. */
export function monthsText({ range: { from, to } }: Answer, { format }: View): string {
  const [first, last] = [format.month(from), format.month(to)];
  return first === last ? first : `${first} – ${last}`;
}

export function profileSentence(answers: Answers, view: View): string {
  const { answer } = answers;
  const { format, texts } = view;
  const panels = panelsOf(answers);
  if (panels.length === 0) return texts.pattern.nothing;
  const said = panels.map(({ season, lines, before }) => {
    const most = dayTypes.flatMap((type) => {
      const known = lines[type].flatMap((power, quarter) => (power === undefined ? [] : [{ power, quarter }]));
      const [top] = known.toSorted((a, b) => b.power - a.power);
      if (top === undefined) return [`${texts.codes.day_type[type]} ${texts.unknown}`];
      const time = timeText(top.quarter, view);
      const same = before?.[type][top.quarter];
      const now = texts.pattern.profileMost(texts.codes.day_type[type], format.power(top.power), time);
      return [same === undefined ? now : `${now}; ${texts.pattern.before}: ${format.power(same)}`];
    });
    return texts.pattern.profileSeason(texts.codes.season[season], most.join(", "));
  });
  return [
    `${texts.pattern.profileOf[profileMeasure(answer)]}.`,
    texts.pattern.wholeMonths(monthsText(answer, view)),
    ...said,
  ].join(" ");
}
