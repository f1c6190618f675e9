/** The highest mean power from the grid, month by month, over a quarter, half and whole hour. */
import { type Answer, numberOf, type Row, tableOf, textOf } from "../../api";
import type { View } from "../../view";
import { axisText, tooltipOf } from "../axes";
import type { ChartOption } from "../echarts";
import type { LegendEntry } from "../legend";
import { categoryAxis, valueAxis } from "../scales";
import { patternOf, type Theme, unknownHatch } from "../theme";

/** From the shortest, each with its level of the one hue; fainter ones would not stand out from the surface. */
const intervals = [
  { minutes: 15, level: 5 },
  { minutes: 30, level: 4 },
  { minutes: 60, level: 3 },
] as const;

const rowsOf = (answer: Answer, minutes: number) =>
  tableOf(answer, "peaks").rows.filter((row) => row.interval_minutes === minutes);
const isLeast = (row: Row) => (numberOf(row, "unknown_share") ?? 0) > 0;

export const peaksLegend = (answer: Answer, { texts }: View): LegendEntry[] => [
  ...intervals.map(
    ({ minutes, level }): LegendEntry => ({ color: `heat-${level}`, text: texts.pattern.minutes(minutes) }),
  ),
  ...(rowsOf(answer, 15).some((row) => row.peak_kw === null)
    ? [{ color: "unknown", text: texts.unknown } satisfies LegendEntry]
    : []),
];

export function peaksOption(answer: Answer, view: View, theme: Theme): ChartOption {
  const { format, texts } = view;
  const months = rowsOf(answer, 15).map((row) => textOf(row, "month"));
  const labels = months.map((month) => (months.length > 4 ? format.shortMonth(month) : format.month(month)));
  return {
    grid: { left: 4, right: 8, top: 32, bottom: 4, containLabel: true },
    textStyle: { fontFamily: theme.fontFamily },
    tooltip: tooltipOf(theme, (index) => {
      const month = months[index];
      if (month === undefined) return "";
      const lines = intervals.map(({ minutes }) => {
        const row = rowsOf(answer, minutes)[index];
        return `${texts.pattern.minutes(minutes)}: ${row ? peakText(row, view) : texts.unknown}`;
      });
      return [format.month(month), ...lines].join("\n");
    }),
    xAxis: [categoryAxis(theme, labels), { type: "category", data: labels, show: false }],
    yAxis: [
      { ...valueAxis(theme, "kW", view), nameTextStyle: { ...axisText(theme), align: "right" } },
      { type: "value", show: false, min: 0, max: 1 },
    ],
    series: [
      {
        type: "bar",
        ...{ xAxisIndex: 1, yAxisIndex: 1, barCategoryGap: 0, z: 0, silent: true },
        itemStyle: { color: "transparent", decal: unknownHatch(theme) },
        data: rowsOf(answer, 15).map((row) => (row.peak_kw === null ? 1 : null)),
      },
      ...intervals.map(({ minutes, level }) => ({
        type: "bar",
        ...{ barMaxWidth: 48, barGap: "8%", barCategoryGap: "32%" },
        itemStyle: { color: theme.heat[level] ?? theme.faint, borderRadius: [3, 3, 0, 0] },
        data: rowsOf(answer, minutes).map((row) => {
          const decal = isLeast(row) ? patternOf("partial", theme) : undefined;
          return { value: row.peak_kw ?? null, itemStyle: decal && { decal } };
        }),
      })),
    ],
  };
}

function peakText(row: Row, { format, texts }: View): string {
  const peak = numberOf(row, "peak_kw");
  if (peak === undefined) return texts.unknown;
  return isLeast(row) ? texts.atLeast(format.power(peak * 1000)) : format.power(peak * 1000);
}

export function peaksSentence(answer: Answer, view: View): string {
  const { format, texts } = view;
  const said = intervals.flatMap(({ minutes }) => {
    const known = rowsOf(answer, minutes).filter((row) => row.peak_kw !== null);
    const [top] = known.toSorted((a, b) => Number(b.peak_kw) - Number(a.peak_kw));
    if (top === undefined) return [];
    const when = format.instant(Date.parse(textOf(top, "peak_start")));
    return [texts.pattern.peakMost(texts.pattern.minutes(minutes), peakText(top, view), when)];
  });
  if (said.length === 0) return texts.pattern.nothing;
  const unknown = rowsOf(answer, 15).filter((row) => row.peak_kw === null).length;
  return [
    ...said,
    unknown > 0 ? texts.period.unknownSteps(texts.period.steps("month", unknown, format.count(unknown))) : undefined,
    rowsOf(answer, 15).some(isLeast) ? texts.pattern.peakLeast : undefined,
  ]
    .filter((each) => each !== undefined)
    .join(" ");
}
