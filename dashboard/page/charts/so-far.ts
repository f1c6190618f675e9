/** Today up to now beside the same part of the days before it, and what is usual by this hour. */
import { type Answer, csvAddress, numberOf, type Row, tableOf, textOf } from "../api";
import type { Drawn, View } from "../view";
import { axisText, tooltipOf } from "./axes";
import type { ChartOption } from "./echarts";
import { createFigure } from "./figure";
import { legendElement } from "./legend";
import { patternOf, type Theme, unknownHatch } from "./theme";

/** Of fewer days nothing is usual. */
const leastDays = 3;

export interface Usual {
  /** undefined where too few days are known. */
  readonly mean_wh: number | undefined;
  readonly least_wh: number;
  readonly most_wh: number;
  readonly days: number;
}

const isWhole = (row: Row) => numberOf(row, "unknown_slots") === 0 && numberOf(row, "so_far_wh") !== undefined;

/** Of the days that are known up to this hour: one with a gap would make less seem usual. */
export function usualOf(days: readonly Row[]): Usual {
  const known = days.filter(isWhole).map((row) => numberOf(row, "so_far_wh") ?? 0);
  const sum = known.reduce((a, b) => a + b, 0);
  return {
    mean_wh: known.length < leastDays ? undefined : sum / known.length,
    least_wh: Math.min(...known),
    most_wh: Math.max(...known),
    days: known.length,
  };
}

/** undefined where the range is not of today. */
export function soFarFigure(answer: Answer, view: View): Drawn | undefined {
  const { shown, texts } = view;
  const table = tableOf(answer, "so_far");
  const today = table.rows.at(-1);
  if (today === undefined) return undefined;
  const usual = usualOf(table.rows.slice(0, -1));
  return createFigure(
    {
      name: "so-far",
      title: texts.period.soFar,
      ...{ table, grain: "day", size: "small" },
      csv: csvAddress("period", "so_far", shown.site, shown.range),
      sentence: soFarSentence(today, usual, view),
      legend: legendElement([
        { color: "accent", text: texts.range.presets.today },
        { color: "before", text: texts.period.daysBefore },
        ...(usual.mean_wh === undefined ? [] : [{ color: "usual", text: texts.period.usualLabel } as const]),
        ...(table.rows.some((row) => row.so_far_wh === null)
          ? [{ color: "unknown", text: texts.unknown } as const]
          : []),
      ]),
      option: (theme) => option(table.rows, usual, view, theme),
    },
    view,
  );
}

function soFarSentence(today: Row, { mean_wh, least_wh, most_wh, days }: Usual, { texts, format }: View): string {
  const value = numberOf(today, "so_far_wh");
  const energy = value === undefined ? texts.unknown : format.energy(value);
  const used = value === undefined || isWhole(today) ? energy : texts.atLeast(energy);
  if (mean_wh === undefined) return texts.period.noUsual(used);
  return texts.period.usual(used, format.energy(mean_wh), format.energy(least_wh), format.energy(most_wh), days);
}

function option(rows: readonly Row[], { mean_wh }: Usual, view: View, theme: Theme): ChartOption {
  const { texts, format } = view;
  const labels = rows.map((row) => format.shortDay(textOf(row, "date")));
  const text = axisText(theme);
  const last = rows.length - 1;
  const kwh = (wh: number) => wh / 1000;
  return {
    grid: { left: 4, right: 8, top: 32, bottom: 4, containLabel: true },
    tooltip: tooltipOf(theme, (index) => {
      const row = rows[index];
      if (row === undefined) return "";
      const value = numberOf(row, "so_far_wh");
      const energy = value === undefined ? texts.unknown : format.energy(value);
      return `${format.day(textOf(row, "date"))}\n${value === undefined || isWhole(row) ? energy : texts.atLeast(energy)}`;
    }),
    xAxis: [
      {
        type: "category",
        data: labels,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: theme.line } },
        axisLabel: { ...text, hideOverlap: true },
      },
      { type: "category", data: labels, show: false },
    ],
    yAxis: [
      {
        type: "value",
        name: "kWh",
        nameTextStyle: { ...text, align: "right" },
        axisLabel: text,
        splitLine: { lineStyle: { color: theme.line } },
      },
      { type: "value", show: false, min: 0, max: 1 },
    ],
    series: [
      {
        type: "bar",
        ...{ xAxisIndex: 1, yAxisIndex: 1, barCategoryGap: 0, z: 0, silent: true },
        itemStyle: { color: "transparent", decal: unknownHatch(theme) },
        data: rows.map((row) => (numberOf(row, "so_far_wh") === undefined ? 1 : null)),
      },
      {
        type: "bar",
        barCategoryGap: "28%",
        data: rows.map((row, index) => {
          const value = numberOf(row, "so_far_wh");
          const pattern = isWhole(row) ? undefined : patternOf("partial", theme);
          const color = index === last ? theme.accent : theme.home;
          return {
            value: value === undefined ? null : kwh(value),
            itemStyle: { color, borderRadius: [3, 3, 0, 0], ...(pattern && { decal: pattern }) },
          };
        }),
      },
      {
        type: "line",
        ...{ symbol: "none", silent: true, lineStyle: { color: theme.text, type: "dashed", width: 1.5 } },
        data: mean_wh === undefined ? [] : rows.map(() => kwh(mean_wh)),
      },
    ],
  };
}
