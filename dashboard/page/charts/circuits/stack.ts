/** What each circuit used, step by step, stacked; a step of which a part is unknown is hatched behind its bar. */
import { type Answer, numberOf, type Row, tableOf, textOf } from "../../api";
import type { View } from "../../view";
import { axisText, tooltipOf } from "../axes";
import { stepText } from "../cells";
import type { ChartOption } from "../echarts";
import { categoryAxis, labelInterval, stepLabel, valueAxis } from "../scales";
import { patternOf, type Theme, unknownHatch } from "../theme";
import { colorOf, isLeast, isUnknown, isUsed, type Layer, layersOf } from "./parts";

export interface StackStep {
  readonly start: string;
  readonly date: string;
  /** Of what is used. */
  readonly rows: readonly Row[];
}

export function stepsOf(answer: Answer): StackStep[] {
  const steps = new Map<string, Row[]>();
  for (const row of tableOf(answer, "steps").rows.filter(isUsed)) {
    const start = textOf(row, "start");
    steps.set(start, [...(steps.get(start) ?? []), row]);
  }
  return [...steps].map(([start, rows]) => ({ start, rows, date: rows[0] ? textOf(rows[0], "date") : "" }));
}

export const hasUnknown = ({ rows }: StackStep) => rows.some(isUnknown);

function energyOf(rows: readonly Row[]): number | undefined {
  const values = rows.map((row) => numberOf(row, "energy_wh")).filter((each) => each !== undefined);
  return values.length > 0 ? values.reduce((a, b) => a + b, 0) : undefined;
}

/** The gravest pattern of what is in a bar. */
const qualityOf = (rows: readonly Row[]) =>
  ["partial", "disputed", "filled"].find((quality) => rows.some((row) => row.quality === quality));

export function stackOption(answer: Answer, view: View, theme: Theme, width: number): ChartOption {
  const steps = stepsOf(answer);
  const layers = layersOf(answer, view);
  const labels = steps.map(({ start }) => stepLabel(start, answer, view));
  const bars = layers.map((layer, index) => ({
    name: layer.name,
    type: "bar",
    stack: "energy",
    barCategoryGap: steps.length > 60 ? "15%" : "28%",
    itemStyle: {
      color: colorOf(layer.mark, theme),
      // A line between neighbours, so that they differ by more than colour.
      ...{ borderColor: theme.surface, borderWidth: width / steps.length < 9 ? 0 : 1 },
      borderRadius: index === layers.length - 1 ? [3, 3, 0, 0] : 0,
    },
    data: steps.map(({ rows }) => {
      const held = rows.filter(layer.holds);
      const energy = energyOf(held);
      const decal = patternOf(qualityOf(held), theme);
      return { value: energy === undefined ? null : energy / 1000, itemStyle: decal && { decal } };
    }),
  }));
  const unknown = {
    type: "bar",
    ...{ xAxisIndex: 1, yAxisIndex: 1, barCategoryGap: 0, z: 0, silent: true },
    itemStyle: { color: "transparent", decal: unknownHatch(theme) },
    data: steps.map((step) => (hasUnknown(step) ? 1 : null)),
  };
  return {
    grid: { left: 4, right: 8, top: 32, bottom: 4, containLabel: true },
    textStyle: { fontFamily: theme.fontFamily },
    tooltip: tooltipOf(theme, (index) => tooltipText(steps[index], layers, answer, view)),
    xAxis: [categoryAxis(theme, labels, labelInterval(answer, width)), { type: "category", data: labels, show: false }],
    yAxis: [
      { ...valueAxis(theme, "kWh", view), nameTextStyle: { ...axisText(theme), align: "right" } },
      { type: "value", show: false, min: 0, max: 1 },
    ],
    series: [unknown, ...bars],
  };
}

function tooltipText(step: StackStep | undefined, layers: readonly Layer[], answer: Answer, view: View): string {
  if (step === undefined) return "";
  const { format, texts } = view;
  const head = stepText(step.start, answer.range.grain, view);
  if (step.rows.every((row) => row.quality === null)) return [head, texts.toCome].join("\n");
  const lines = layers.map((layer) => {
    const rows = step.rows.filter(layer.holds);
    const energy = energyOf(rows);
    if (energy === undefined) return `${layer.name}: ${texts.unknown}`;
    const least = rows.some((row) => isLeast(row) || isUnknown(row));
    return `${layer.name}: ${least ? texts.atLeast(format.energy(energy)) : format.energy(energy)}`;
  });
  // As they lie on each other.
  return [head, ...lines.reverse()].join("\n");
}

export function stackSentence(answer: Answer, view: View): string {
  const { format, texts } = view;
  const { grain } = answer.range;
  const steps = stepsOf(answer);
  const most = steps
    .map((step) => ({ ...step, energy: energyOf(step.rows) ?? 0 }))
    .reduce<{ start: string; energy: number } | undefined>(
      (best, step) => (step.energy > (best?.energy ?? 0) ? step : best),
      undefined,
    );
  const unknown = steps.filter(({ rows }) => rows.some((row) => isUnknown(row) || isLeast(row))).length;
  return [
    texts.circuits.order(layersOf(answer, view).map(({ name }) => name)),
    most && texts.period.most(stepText(most.start, grain, view), format.energy(most.energy)),
    unknown > 0 ? texts.circuits.unknownSteps(texts.period.steps(grain, unknown, format.count(unknown))) : undefined,
    grain === "slot" ? undefined : texts.circuits.click,
  ]
    .filter((each) => each !== undefined)
    .join(" ");
}
