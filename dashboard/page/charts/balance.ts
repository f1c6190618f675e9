/** *Period*'s first chart: where the energy that is used comes from, upwards; what goes to the grid or into the battery, down. */
import { type Answer, numberOf, type Row, tableOf, textOf } from "../api";
import type { View } from "../view";
import { axisText, tooltipOf } from "./axes";
import { qualityText, stepText } from "./cells";
import type { ChartOption } from "./echarts";
import { patternOf, type Theme, unknownHatch } from "./theme";

export interface Flow {
  readonly column: string;
  readonly color: "grid" | "solar" | "battery" | "export";
  readonly text: (view: View) => string;
  readonly sign: 1 | -1;
}

export const flows: readonly Flow[] = [
  { column: "import_wh", color: "grid", text: ({ texts }) => texts.roles.import, sign: 1 },
  { column: "self_consumption_wh", color: "solar", text: ({ texts }) => texts.roles.sun, sign: 1 },
  { column: "battery_discharge_wh", color: "battery", text: ({ texts }) => texts.roles.discharge, sign: 1 },
  { column: "export_wh", color: "export", text: ({ texts }) => texts.roles.export, sign: -1 },
  { column: "battery_charge_wh", color: "battery", text: ({ texts }) => texts.roles.charge, sign: -1 },
];

/** Those of which anything is known and not always nothing. */
export const flowsOf = (rows: readonly Row[]): readonly Flow[] =>
  flows.filter(({ column }) => rows.some((row) => (numberOf(row, column) ?? 0) !== 0));

export const isUnknown = (row: Row) => row.quality === "missing";
const qualityOf = ({ quality }: Row) => (typeof quality === "string" ? quality : undefined);

export function balanceOption(
  { answer, compared }: { readonly answer: Answer; readonly compared: Answer | undefined },
  view: View,
  theme: Theme,
  width: number,
): ChartOption {
  const { rows } = tableOf(answer, "balance");
  const shown = flowsOf(rows);
  const labels = rows.map((row) => axisLabel(textOf(row, "start"), answer, view));
  const top = shown.filter(({ sign }) => sign > 0).at(-1);
  const bars = shown.map((flow) => ({
    name: flow.text(view),
    type: "bar",
    stack: "energy",
    barCategoryGap: rows.length > 60 ? "15%" : "28%",
    itemStyle: {
      color: theme[flow.color],
      borderRadius: flow === top ? [3, 3, 0, 0] : flow.sign < 0 ? [0, 0, 3, 3] : 0,
    },
    data: rows.map((row) => {
      const value = numberOf(row, flow.column);
      const pattern = patternOf(qualityOf(row), theme);
      return {
        value: value === undefined ? null : (flow.sign * value) / 1000,
        itemStyle: pattern && { decal: pattern },
      };
    }),
  }));
  const unknown = {
    name: view.texts.unknown,
    type: "bar",
    // Axes of its own: on those of the bars it would take their room.
    ...{ xAxisIndex: 1, yAxisIndex: 1, barCategoryGap: 0 },
    z: 0,
    silent: true,
    itemStyle: { color: "transparent", decal: unknownHatch(theme) },
    data: rows.map((row) => (isUnknown(row) ? 1 : null)),
  };
  const others = compared ? tableOf(compared, "balance").rows : [];
  const before = {
    type: "line",
    step: "middle",
    ...{ symbol: "none", silent: true, z: 3, lineStyle: { color: theme.text, type: "dashed", width: 1.25 } },
    data: rows.map((_, index) => kilowattHours(others[index])),
  };
  const text = axisText(theme);
  return {
    grid: { left: 4, right: 8, top: 32, bottom: 4, containLabel: true },
    textStyle: { fontFamily: theme.fontFamily },
    tooltip: tooltipOf(theme, (row) => tooltipText(rows[row], shown, answer, view)),
    xAxis: [
      {
        type: "category",
        data: labels,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: theme.line } },
        axisLabel: { ...text, hideOverlap: true, interval: labelInterval(answer, width) },
      },
      { type: "category", data: labels, show: false },
    ],
    yAxis: [
      {
        type: "value",
        name: "kWh",
        nameTextStyle: { ...text, align: "right" },
        axisLabel: { ...text, formatter: (value: number) => Math.abs(value).toLocaleString(view.format.locale) },
        splitLine: { lineStyle: { color: theme.line } },
      },
      { type: "value", show: false, min: 0, max: 1 },
    ],
    series: compared ? [unknown, ...bars, before] : [unknown, ...bars],
  };
}

function kilowattHours(row: Row | undefined): number | null {
  const used = row && numberOf(row, "consumption_wh");
  return used === undefined ? null : used / 1000;
}

function axisLabel(start: string, { range: { grain } }: Answer, { format }: View): string {
  if (grain === "slot") return format.time(Date.parse(start));
  if (grain === "hour") return format.weekdayAt(Date.parse(start));
  return grain === "day" ? format.shortDay(start) : format.shortMonth(start);
}

/** A label every so many steps: each third or sixth hour of a day, each day of a week; the others find their own places. */
function labelInterval({ range: { grain } }: Answer, width: number): number | "auto" {
  if (grain === "slot") return (width < 500 ? 24 : 12) - 1;
  return grain === "hour" ? 23 : "auto";
}

function tooltipText(row: Row | undefined, shown: readonly Flow[], answer: Answer, view: View): string {
  if (row === undefined) return "";
  const { format, texts } = view;
  const lines = [stepText(textOf(row, "start"), answer.range.grain, view)];
  const quality = qualityOf(row);
  if (quality === undefined) return [...lines, texts.toCome].join("\n");
  for (const flow of shown) {
    const value = numberOf(row, flow.column);
    if (value !== undefined) lines.push(`${flow.text(view)}: ${format.energy(value)}`);
  }
  const used = numberOf(row, "consumption_wh");
  lines.push(`${texts.period.used}: ${used === undefined ? texts.unknown : format.energy(used)}`);
  return [...lines, qualityText(quality, view)].join("\n");
}
