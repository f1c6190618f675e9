/** What the energy of the range costs, a bar a component and band of the plan. */
import { type Answer, csvAddress, numberOf, type Row, tableOf, textOf } from "../api";
import type { Drawn, View } from "../view";
import { axisText, tooltipOf } from "./axes";
import type { ChartOption } from "./echarts";
import { createFigure } from "./figure";
import { patternOf, type Theme, unknownHatch } from "./theme";

const nameOf = (row: Row) => {
  const { band } = row;
  return typeof band === "string" && band !== "all"
    ? `${textOf(row, "component_name")} · ${band}`
    : textOf(row, "component_name");
};

/** Whether unknown time, or a price that is not known, may add to an amount. */
const isLeast = (row: Row) => {
  const [least, most] = [numberOf(row, "at_least"), numberOf(row, "at_most")];
  return row.is_price_known !== true || least === undefined || most === undefined || most - least > 0.005;
};

/** undefined where the site has no tariff. */
export function costsFigure(answer: Answer, view: View): Drawn | undefined {
  const { shown, texts } = view;
  const table = tableOf(answer, "costs");
  if (table.rows.length === 0) return undefined;
  const dearest = [...table.rows].sort((a, b) => (numberOf(b, "gross") ?? 0) - (numberOf(a, "gross") ?? 0));
  return createFigure(
    {
      name: "costs",
      title: texts.period.costs,
      ...{ table, grain: answer.range.grain, size: "small" },
      csv: csvAddress("period", "costs", shown.site, shown.range),
      sentence: costsSentence(dearest, view),
      option: (theme, width) => option([...dearest].reverse(), view, theme, width),
    },
    view,
  );
}

function costsSentence(rows: readonly Row[], { texts, format }: View): string {
  const known = rows.filter((row) => numberOf(row, "gross") !== undefined);
  const [first] = known;
  if (first === undefined) return texts.period.noCosts;
  const sum = format.money(known.reduce((total, row) => total + (numberOf(row, "gross") ?? 0), 0));
  const total = texts.period.costsSum(rows.some(isLeast) ? texts.atLeast(sum) : sum);
  const most = texts.period.costsMost(nameOf(first), format.money(numberOf(first, "gross") ?? 0));
  const example = rows.some((row) => row.is_example === true) ? texts.period.example : "";
  return [total, most, example].join(" ").trim();
}

function option(rows: readonly Row[], view: View, theme: Theme, width: number): ChartOption {
  const { texts, format } = view;
  const text = axisText(theme);
  const names = rows.map(nameOf);
  return {
    grid: { left: 4, right: 16, top: 8, bottom: 4, containLabel: true },
    tooltip: tooltipOf(theme, (index) => {
      const row = rows[index];
      if (row === undefined) return "";
      const [energy, gross] = [numberOf(row, "energy_wh"), numberOf(row, "gross")];
      const amount = gross === undefined ? texts.unknown : format.money(gross);
      return [
        nameOf(row),
        energy === undefined ? texts.unknown : format.energy(energy),
        gross !== undefined && isLeast(row) ? texts.atLeast(amount) : amount,
      ].join("\n");
    }),
    xAxis: {
      type: "value",
      axisLabel: { ...text, hideOverlap: true, formatter: (value: number) => format.money(value) },
      splitNumber: width < 500 ? 2 : 5,
      splitLine: { lineStyle: { color: theme.line } },
    },
    yAxis: {
      type: "category",
      data: names,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: theme.line } },
      axisLabel: { ...text, color: theme.text, width: width < 500 ? 110 : 220, overflow: "truncate" },
    },
    series: [
      {
        type: "bar",
        barCategoryGap: "30%",
        data: rows.map((row) => {
          const gross = numberOf(row, "gross");
          const pattern =
            gross === undefined ? unknownHatch(theme) : isLeast(row) ? patternOf("partial", theme) : undefined;
          const color = row.direction === "export" ? theme.export : theme.grid;
          return { value: gross ?? null, itemStyle: { color, borderRadius: 3, ...(pattern && { decal: pattern }) } };
        }),
      },
    ],
  };
}
