/** The mean day of weekdays and of weekends, a panel a season. */
import { type Answer, numberOf, type Row, tableOf, textOf } from "../../api";
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

interface Panel {
  readonly season: (typeof seasons)[number];
  readonly lines: Readonly<Record<DayType, readonly (number | undefined)[]>>;
}

export const profileMeasure = (answer: Answer): Measure =>
  measureOf(answer) === "import_wh" ? "import_w" : "consumption_w";

/** The seasons of which anything is known. */
export function panelsOf(answer: Answer): Panel[] {
  const { rows } = tableOf(answer, "profile");
  const measure = profileMeasure(answer);
  const line = (own: readonly Row[], dayType: DayType) => {
    const found = new Map(
      own.filter((row) => row.day_type === dayType).map((row) => [numberOf(row, "quarter"), numberOf(row, measure)]),
    );
    return quarters.map((quarter) => found.get(quarter));
  };
  return seasons.flatMap((season) => {
    const own = rows.filter((row) => textOf(row, "season") === season);
    if (own.every((row) => row[measure] === null)) return [];
    return [{ season, lines: { weekday: line(own, "weekday"), weekend: line(own, "weekend") } }];
  });
}

const timeText = (quarter: number, { format }: View) =>
  new Intl.DateTimeFormat(format.locale, { hour: "2-digit", minute: "2-digit", timeZone: "UTC" }).format(
    quarter * 900_000,
  );

const panelHeight = 220;
const columnsOf = (panels: number, width: number) => (width < 700 || panels === 1 ? 1 : 2);
export const profileHeight = (answer: Answer, width: number): number => {
  const count = Math.max(1, panelsOf(answer).length);
  return Math.ceil(count / columnsOf(count, width)) * panelHeight;
};

export function profileOption(answer: Answer, view: View, theme: Theme, width: number): ChartOption {
  const panels = panelsOf(answer);
  const { texts } = view;
  const columns = columnsOf(panels.length, width);
  const most = Math.max(
    1,
    ...panels.flatMap(({ lines }) => dayTypes.flatMap((type) => lines[type].map((w) => w ?? 0))),
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
    series: panels.flatMap(({ lines }, index) => [
      {
        type: "bar",
        ...{ xAxisIndex: hidden + index, yAxisIndex: hidden + index, barCategoryGap: 0, z: 0, silent: true },
        itemStyle: { color: "transparent", decal: unknownHatch(theme) },
        data: quarters.map((quarter) => (dayTypes.some((type) => lines[type][quarter] === undefined) ? 1 : null)),
      },
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
  const lines = panels.flatMap(({ season, lines: of }) => [
    texts.codes.season[season],
    ...dayTypes.map((type) => {
      const power = of[type][quarter];
      return `${texts.codes.day_type[type]}: ${power === undefined ? texts.unknown : format.power(power)}`;
    }),
  ]);
  return [timeText(quarter, view), ...lines].join("\n");
}

export function profileSentence(answer: Answer, view: View): string {
  const { format, texts } = view;
  const panels = panelsOf(answer);
  if (panels.length === 0) return texts.pattern.nothing;
  const { from, to } = answer.range;
  const months =
    from.slice(0, 7) === to.slice(0, 7) ? format.month(from) : `${format.month(from)} – ${format.month(to)}`;
  const said = panels.map(({ season, lines }) => {
    const most = dayTypes.flatMap((type) => {
      const known = lines[type].flatMap((power, quarter) => (power === undefined ? [] : [{ power, quarter }]));
      const [top] = known.toSorted((a, b) => b.power - a.power);
      if (top === undefined) return [`${texts.codes.day_type[type]} ${texts.unknown}`];
      const time = timeText(top.quarter, view);
      return [texts.pattern.profileMost(texts.codes.day_type[type], format.power(top.power), time)];
    });
    return texts.pattern.profileSeason(texts.codes.season[season], most.join(", "));
  });
  return [`${texts.pattern.profileOf[profileMeasure(answer)]}.`, texts.pattern.wholeMonths(months), ...said].join(" ");
}
