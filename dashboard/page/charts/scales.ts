/** The axes of the charts of circuits and patterns, and what their tooltips say. */
import type { Answer } from "../api";
import type { View } from "../view";
import { axisText, tooltipOf } from "./axes";
import type { Theme } from "./theme";

/** Of the one part of the picture that is pointed at. */
export const itemTooltip = (theme: Theme, textOf: (item: number) => string) => ({
  ...tooltipOf(theme, textOf),
  trigger: "item",
  formatter: ({ dataIndex }: { dataIndex: number }) => textOf(dataIndex),
});

/** When a step begins, as an axis says it. */
export function stepLabel(start: string, { range: { grain } }: Answer, { format }: View): string {
  if (grain === "slot") return format.time(Date.parse(start));
  if (grain === "hour") return format.weekdayAt(Date.parse(start));
  return grain === "day" ? format.shortDay(start) : format.shortMonth(start);
}

/** A label every so many steps: each third or sixth hour of a day, each day of a week; the others find their own places. */
export function labelInterval({ range: { grain } }: Answer, width: number): number | "auto" {
  if (grain === "slot") return (width < 500 ? 24 : 12) - 1;
  return grain === "hour" ? 23 : "auto";
}

export const categoryAxis = (theme: Theme, data: readonly string[], interval: number | "auto" = "auto") => ({
  type: "category",
  data,
  axisTick: { show: false },
  axisLine: { lineStyle: { color: theme.line } },
  axisLabel: { ...axisText(theme), hideOverlap: true, interval },
});

export const valueAxis = (theme: Theme, name: string, { format }: View) => ({
  type: "value",
  name,
  nameTextStyle: { ...axisText(theme), align: "right" },
  axisLabel: { ...axisText(theme), formatter: (value: number) => value.toLocaleString(format.locale) },
  splitLine: { lineStyle: { color: theme.line } },
});
