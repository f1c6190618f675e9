/** The energy of each part of a site in the range, the largest first, as lying bars with their names and figures above them. */
import { type Answer, numberOf, type Row, tableOf } from "../../api";
import type { View } from "../../view";
import { axisText } from "../axes";
import type { ChartOption } from "../echarts";
import { patternOf, type Theme, unknownHatch } from "../theme";
import { colorOf, energyText, isUnknown, isUsed, layersOf, markOf, partName, shareText } from "./parts";

const rowHeight = 56;
export const rankingHeight = (answer: Answer): number => tableOf(answer, "circuits").rows.length * rowHeight + 8;

const figureText = (row: Row, view: View) =>
  [energyText(row, view), shareText(row, view)].filter((each) => each !== undefined).join(" · ");

export function rankingOption(answer: Answer, view: View, theme: Theme): ChartOption {
  const { rows } = tableOf(answer, "circuits");
  const layers = layersOf(answer, view);
  const most = Math.max(1, ...rows.map((row) => numberOf(row, "energy_wh") ?? 0));
  const label = { inside: true, verticalAlign: "bottom", margin: 0, fontSize: 14, fontFamily: theme.fontFamily };
  const axis = { type: "category", inverse: true, axisLine: { show: false }, axisTick: { show: false } };
  return {
    grid: { left: 0, right: 0, top: 12, bottom: -4 },
    textStyle: { fontFamily: theme.fontFamily },
    xAxis: { type: "value", show: false, min: 0, max: most },
    yAxis: [
      {
        ...axis,
        data: rows.map((row) => partName(row, view)),
        axisLabel: { ...label, align: "left", color: theme.text, padding: [0, 0, 13, 0] },
      },
      {
        ...axis,
        position: "right",
        data: rows.map((row) => figureText(row, view)),
        axisLabel: { ...axisText(theme), ...label, align: "right", color: theme.text, padding: [0, 0, 13, 0] },
      },
    ],
    series: [
      {
        type: "bar",
        barWidth: 14,
        showBackground: true,
        backgroundStyle: { color: theme.line, opacity: 0.35, borderRadius: 4 },
        data: rows.map((row) => {
          const hatch = isUnknown(row) ? unknownHatch(theme) : patternOf(String(row.quality), theme);
          return {
            // Nothing is known of it: the whole length is hatched, and no length is its energy.
            value: isUnknown(row) ? most : (numberOf(row, "energy_wh") ?? 0),
            itemStyle: {
              color: isUnknown(row) ? "transparent" : colorOf(markOf(row, layers), theme),
              borderRadius: 4,
              ...(hatch && { decal: hatch }),
            },
          };
        }),
      },
    ],
  };
}

export function rankingSentence(answer: Answer, view: View): string {
  const { rows } = tableOf(answer, "circuits");
  const { texts } = view;
  const said = (row: Row) => `${partName(row, view)} ${figureText(row, view).replace(" · ", ", ")}`;
  const used = rows.filter(isUsed).map(said);
  const feeding = rows.filter((row) => !isUsed(row)).map(said);
  return [
    `${used.join("; ")}.`,
    feeding.length > 0 ? `${feeding.join("; ")}.` : undefined,
    rows.some((row) => row.consumption_share !== null) ? texts.circuits.shares : undefined,
    texts.circuits.untrackedIs,
  ]
    .filter((each) => each !== undefined)
    .join(" ");
}
