/** The base load of each day. */
import { type Answer, numberOf, type Row, tableOf, textOf } from "../../api";
import type { View } from "../../view";
import { tooltipOf } from "../axes";
import type { ChartOption } from "../echarts";
import { categoryAxis, valueAxis } from "../scales";
import { type Theme, unknownHatch } from "../theme";

const isUnknown = (row: Row) => row.base_load_w === null;

export function baseLoadOption(answer: Answer, view: View, theme: Theme): ChartOption {
  const { rows } = tableOf(answer, "base_load");
  const { format, texts } = view;
  const labels = rows.map((row) => format.shortDay(textOf(row, "date")));
  return {
    grid: { left: 4, right: 8, top: 32, bottom: 4, containLabel: true },
    textStyle: { fontFamily: theme.fontFamily },
    tooltip: tooltipOf(theme, (index) => {
      const row = rows[index];
      if (row === undefined) return "";
      const power = numberOf(row, "base_load_w");
      return `${format.day(textOf(row, "date"))}\n${power === undefined ? texts.unknown : format.power(power)}`;
    }),
    xAxis: [categoryAxis(theme, labels), { type: "category", data: labels, show: false }],
    yAxis: [valueAxis(theme, "W", view), { type: "value", show: false, min: 0, max: 1 }],
    series: [
      {
        type: "bar",
        ...{ xAxisIndex: 1, yAxisIndex: 1, barCategoryGap: 0, z: 0, silent: true },
        itemStyle: { color: "transparent", decal: unknownHatch(theme) },
        data: rows.map((row) => (isUnknown(row) ? 1 : null)),
      },
      {
        type: "bar",
        barCategoryGap: rows.length > 60 ? "15%" : "28%",
        itemStyle: { color: theme.home, borderRadius: [3, 3, 0, 0] },
        data: rows.map(({ base_load_w }) => base_load_w ?? null),
      },
    ],
  };
}

export function baseLoadSentence(answer: Answer, view: View): string {
  const { rows } = tableOf(answer, "base_load");
  const { format, texts } = view;
  const known = rows.flatMap((row) => {
    const power = numberOf(row, "base_load_w");
    return power === undefined ? [] : [{ power, date: textOf(row, "date") }];
  });
  const [first] = known;
  const unknown = rows.filter(isUnknown).length;
  const low = first && known.reduce((a, b) => (b.power < a.power ? b : a), first);
  const high = first && known.reduce((a, b) => (b.power > a.power ? b : a), first);
  return [
    texts.circuits.baseLoadIs,
    low && high
      ? texts.circuits.baseLoadRange(
          format.power(low.power),
          format.day(low.date),
          format.power(high.power),
          format.day(high.date),
        )
      : undefined,
    unknown > 0 ? texts.period.unknownSteps(texts.period.steps("day", unknown, format.count(unknown))) : undefined,
  ]
    .filter((each) => each !== undefined)
    .join(" ");
}
