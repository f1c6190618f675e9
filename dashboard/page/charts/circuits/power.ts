/** A day's power of every channel: a strip each under one clock, its gaps hatched. */
import { type Answer, numberOf, type Row, tableOf, textOf } from "../../api";
import type { View } from "../../view";
import { axisText, tooltipOf } from "../axes";
import type { ChartOption } from "../echarts";
import { categoryAxis, labelInterval, stepLabel } from "../scales";
import { type Theme, unknownHatch } from "../theme";

export interface Strip {
  readonly name: string;
  readonly role: string;
  /** In the order of time. */
  readonly rows: readonly Row[];
}

const roles = ["grid", "solar", "battery", "load"];

export function stripsOf(answer: Answer): Strip[] {
  const strips = new Map<string, Row[]>();
  for (const row of tableOf(answer, "power").rows) {
    const name = textOf(row, "channel_name");
    strips.set(name, [...(strips.get(name) ?? []), row]);
  }
  return [...strips]
    .map(([name, rows]) => ({ name, rows, role: rows[0] ? textOf(rows[0], "role") : "load" }))
    .sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role));
}

const stripHeight = 112;
const edge = { top: 34, bottom: 28 };
export const stripsHeight = (answer: Answer): number => stripsOf(answer).length * stripHeight + edge.bottom;

const isGap = (row: Row | undefined) => row !== undefined && (numberOf(row, "step_s") ?? 0) > 0 && row.power_w === null;

function colorOf(role: string, theme: Theme): string {
  if (role === "grid" || role === "solar" || role === "battery") return theme[role];
  return theme.home;
}

export function stripsOption(answer: Answer, view: View, theme: Theme, width: number): ChartOption {
  const strips = stripsOf(answer);
  const starts = [...new Set(strips.flatMap(({ rows }) => rows.map((row) => textOf(row, "start"))))].sort();
  const labels = starts.map((start) => stepLabel(start, answer, view));
  // A channel that came during the day has no rows before it did.
  const aligned = strips.map(({ rows }) => {
    const found = new Map(rows.map((row) => [textOf(row, "start"), row]));
    return starts.map((start) => found.get(start));
  });
  const left = 64;
  const last = strips.length - 1;
  return {
    textStyle: { fontFamily: theme.fontFamily },
    tooltip: tooltipOf(theme, (index) => tooltipText(starts[index], strips, view)),
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    grid: strips.map((_, index) => ({
      ...{ left, right: 12, top: index * stripHeight + edge.top, height: stripHeight - edge.top - 10 },
    })),
    xAxis: [
      ...strips.map((_, index) => {
        const axis = categoryAxis(theme, labels, labelInterval(answer, width));
        return { ...axis, gridIndex: index, axisLabel: { ...axis.axisLabel, show: index === last } };
      }),
      ...strips.map((_, index) => ({ type: "category", data: labels, show: false, gridIndex: index })),
    ],
    yAxis: [
      ...strips.map(({ name }, index) => ({
        type: "value",
        gridIndex: index,
        name,
        nameGap: 14,
        nameTextStyle: {
          color: theme.text,
          fontFamily: theme.fontFamily,
          fontSize: 13,
          align: "left",
          padding: [0, 0, 0, -left],
        },
        splitNumber: 2,
        axisLabel: { ...axisText(theme), hideOverlap: true, formatter: (value: number) => view.format.power(value) },
        splitLine: { lineStyle: { color: theme.line } },
      })),
      ...strips.map((_, index) => ({ type: "value", show: false, min: 0, max: 1, gridIndex: index })),
    ],
    series: strips.flatMap(({ name, role }, index) => [
      {
        type: "bar",
        ...{ xAxisIndex: strips.length + index, yAxisIndex: strips.length + index, barCategoryGap: 0, z: 0 },
        silent: true,
        itemStyle: { color: "transparent", decal: unknownHatch(theme) },
        data: (aligned[index] ?? []).map((row) => (isGap(row) ? 1 : null)),
      },
      {
        name,
        type: "line",
        ...{ xAxisIndex: index, yAxisIndex: index, step: "middle", connectNulls: false, showSymbol: false },
        lineStyle: { width: 2, color: colorOf(role, theme) },
        areaStyle: { opacity: 0.18, color: colorOf(role, theme) },
        data: (aligned[index] ?? []).map((row) => row?.power_w ?? null),
      },
    ]),
  };
}

function tooltipText(start: string | undefined, strips: readonly Strip[], { format, texts }: View): string {
  if (start === undefined) return "";
  const lines = strips.flatMap(({ name, rows }) => {
    const row = rows.find((each) => each.start === start);
    if (row === undefined) return [];
    const power = numberOf(row, "power_w");
    const isToCome = numberOf(row, "step_s") === 0;
    return [`${name}: ${isToCome ? texts.toCome : power === undefined ? texts.unknown : format.power(power)}`];
  });
  return [format.time(Date.parse(start)), ...lines].join("\n");
}

export function stripsSentence(answer: Answer, view: View): string {
  const { format, texts } = view;
  const said = stripsOf(answer).map(({ name, rows }) => {
    const known = rows.filter((row) => row.power_w !== null);
    const gaps = rows.filter(isGap).length;
    const top = known.reduce<Row | undefined>(
      (best, row) => (best === undefined || Number(row.power_w) > Number(best.power_w) ? row : best),
      undefined,
    );
    const most =
      top === undefined
        ? texts.unknown
        : texts.circuits.highest(format.power(Number(top.power_w)), format.time(Date.parse(textOf(top, "start"))));
    const gap = gaps > 0 ? texts.circuits.unknownFor(texts.period.steps("slot", gaps, format.count(gaps))) : "";
    return `${name}: ${[most, gap].filter((each) => each !== "").join(", ")}.`;
  });
  return [texts.circuits.meanPower, ...said].join(" ");
}
