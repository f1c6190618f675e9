/** What shifting use within each day would have saved: a sure part, a range above it, and a ceiling that nobody reaches. */
import { type Answer, numberOf, type Row, type Table, textOf } from "../api";
import type { View } from "../view";
import { axisText, tooltipOf } from "./axes";
import { colorOf } from "./bands";
import { stepText } from "./cells";
import type { ChartOption } from "./echarts";
import { type Theme, unknownHatch } from "./theme";

const parts = ["saving_10_percent", "saving_30_percent", "ceiling"] as const;
type Part = (typeof parts)[number];
const savedBy = (row: Row | undefined, part: Part) => {
  const value = row && numberOf(row, part);
  // What sums of floating point leave is nothing saved.
  return value === undefined ? undefined : Math.max(0, value);
};

export function savingsOption(table: Table, view: View, theme: Theme): ChartOption {
  const { format, texts } = view;
  const text = axisText(theme);
  const { rows } = table;
  const colors = [colorOf("band-4"), colorOf("band-2"), "transparent"];
  return {
    grid: { left: 4, right: 8, top: 32, bottom: 4, containLabel: true },
    tooltip: tooltipOf(theme, (index) => {
      const row = rows[index];
      if (row === undefined) return "";
      const [least, more, most] = parts.map((part) => savedBy(row, part));
      const amount = (value: number | undefined) => (value === undefined ? texts.unknown : format.money(value));
      return [
        stepText(textOf(row, "start"), "day", view),
        `${texts.money.shiftNames[0]}: ${amount(least)}`,
        `${texts.money.shiftNames[1]}: ${amount(more)}`,
        `${texts.money.shiftNames[2]}: ${amount(most)}`,
      ].join("\n");
    }),
    xAxis: {
      ...{
        type: "category",
        data: rows.map((row) => format.shortDay(textOf(row, "start"))),
        axisTick: { show: false },
      },
      axisLine: { lineStyle: { color: theme.line } },
      axisLabel: { ...text, hideOverlap: true },
    },
    yAxis: {
      ...{ type: "value", name: view.site.currency, nameTextStyle: { ...text, align: "right" } },
      axisLabel: { ...text, formatter: (value: number) => value.toLocaleString(format.locale) },
      splitLine: { lineStyle: { color: theme.line } },
    },
    series: parts.map((part, index) => ({
      ...{ type: "bar", stack: "saved", barMaxWidth: 56, name: texts.money.shiftNames[index] },
      itemStyle: {
        color: colors[index],
        ...(part === "ceiling" && { decal: unknownHatch(theme), borderColor: theme.hatch, borderWidth: 1 }),
      },
      data: rows.map((row) => {
        const value = savedBy(row, part);
        const below = index === 0 ? 0 : savedBy(row, parts[index - 1] ?? part);
        return value === undefined || below === undefined ? null : Math.max(0, value - below);
      }),
    })),
  };
}

export function savingsSentence({ rows }: Table, { range }: Answer, view: View): string {
  const { format, texts } = view;
  const known = rows.filter((row) => numberOf(row, "ceiling") !== undefined);
  if (known.length === 0) return texts.money.noSavings;
  const sum = (part: Part) => format.money(known.reduce((total, row) => total + (savedBy(row, part) ?? 0), 0));
  const days = texts.period.steps("day", known.length, format.count(known.length));
  return texts.money.savingsSentence(
    format.days(range.from, range.to),
    sum("saving_10_percent"),
    sum("saving_30_percent"),
    sum("ceiling"),
    days,
  );
}
