/** What became of the messages that arrived, day by day: the parts of a bar are all of them, or the sentence says what is not. */
import { numberOf, type Row, type Table, textOf } from "../api";
import type { View } from "../view";
import { tooltipOf } from "./axes";
import type { ChartOption } from "./echarts";
import type { LegendEntry } from "./legend";
import { categoryAxis, valueAxis } from "./scales";
import type { Theme } from "./theme";

/** From the bottom up: what is in the figures first, what nobody understood last. */
const parts = ["readings", "merged", "duplicates", "ignored", "quarantined"] as const;
type Part = (typeof parts)[number];

/** Of the style sheet: the colour of an alarm is for what nobody understood. */
const marks = {
  readings: "accent",
  merged: "load-2",
  duplicates: "load-3",
  ignored: "load-4",
  quarantined: "load-1",
} as const satisfies Record<Part, LegendEntry["color"]>;
const colorOf = (part: Part, { accent, loads, faint }: Theme) => {
  const mark = marks[part];
  return mark === "accent" ? accent : (loads[Number(mark.slice("load-".length)) - 1] ?? faint);
};

const sum = (rows: readonly Row[], name: string) => rows.reduce((total, row) => total + (numberOf(row, name) ?? 0), 0);
const nameOf = (part: Part, { texts }: View) => texts.trust.columns[part];
const hasAny =
  (rows: readonly Row[]) =>
  (part: Part): boolean =>
    sum(rows, part) > 0;

export function accountOption({ rows }: Table, view: View, theme: Theme): ChartOption {
  const { format } = view;
  const days = rows.map((row) => textOf(row, "start"));
  return {
    grid: { left: 4, right: 8, top: 8, bottom: 4, containLabel: true },
    textStyle: { fontFamily: theme.fontFamily },
    tooltip: tooltipOf(theme, (index) => {
      const [row, day] = [rows[index], days[index]];
      if (row === undefined || day === undefined) return "";
      return [format.day(day), ...told([row], view)].join("\n");
    }),
    xAxis: categoryAxis(theme, days.map(format.shortDay)),
    yAxis: valueAxis(theme, "", view),
    series: parts.filter(hasAny(rows)).map((part) => ({
      ...{ name: nameOf(part, view), type: "bar", stack: "messages", barMaxWidth: 64 },
      itemStyle: {
        ...{ color: colorOf(part, theme), borderColor: theme.surface },
        borderWidth: rows.length > 60 ? 0 : 1,
      },
      data: rows.map((row) => numberOf(row, part) ?? null),
    })),
  };
}

export const accountLegend = ({ rows }: Table, view: View): LegendEntry[] =>
  parts.filter(hasAny(rows)).map((part) => ({ color: marks[part], text: nameOf(part, view) }));

const told = (rows: readonly Row[], view: View): string[] =>
  parts.filter(hasAny(rows)).map((part) => `${nameOf(part, view)}: ${view.format.count(sum(rows, part))}`);

export function accountSentence({ rows }: Table, view: View): string {
  const { texts, format } = view;
  const [messages, more] = [sum(rows, "messages"), sum(rows, "fanned_out")];
  const left = messages + more - parts.reduce((total, part) => total + sum(rows, part), 0);
  return [
    texts.trust.accountSaid,
    more > 0
      ? texts.trust.accountIn(format.count(messages), format.count(more))
      : texts.trust.accountOf(format.count(messages)),
    `${told(rows, view).join("; ")}.`,
    left === 0 ? texts.trust.accountWhole : texts.trust.accountOff(format.count(Math.abs(left))),
  ].join(" ");
}
