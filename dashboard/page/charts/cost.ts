/** What each step of a range costs, stacked by band; what is earned, downwards. */
import { type Answer, type Grain, numberOf, type Row, tableOf, textOf } from "../api";
import type { View } from "../view";
import { axisText, tooltipOf } from "./axes";
import { bandKey, bandsOf, bandText, colorOf } from "./bands";
import { stepText } from "./cells";
import type { ChartOption } from "./echarts";
import { patternOf, type Theme, unknownHatch } from "./theme";

export interface CostStep {
  readonly start: string;
  /** One of each band; one without a band where nothing is known. */
  readonly rows: readonly Row[];
  /** With tax; undefined where nothing is known. */
  readonly gross: number | undefined;
  readonly state: "known" | "partial" | "unknown" | "no-plan" | "to-come";
}

/** Hours of a week are its days here. */
export const costGrain = ({ range: { grain } }: Answer): Grain => (grain === "hour" ? "day" : grain);

export function costSteps(rows: readonly Row[]): readonly CostStep[] {
  const byStart = new Map<string, Row[]>();
  for (const row of rows) {
    const start = textOf(row, "start");
    const own = byStart.get(start) ?? [];
    own.push(row);
    byStart.set(start, own);
  }
  return [...byStart].map(([start, own]) => {
    const known = own.flatMap((row) => numberOf(row, "gross") ?? []);
    const gross = known.length > 0 ? known.reduce((a, b) => a + b, 0) : undefined;
    return { start, rows: own, gross, state: stateOf(own, gross) };
  });
}

function stateOf(rows: readonly Row[], gross: number | undefined): CostStep["state"] {
  if (rows.some(({ has_plan }) => has_plan === false)) return "no-plan";
  if (gross === undefined) return rows.every(({ unknown_share }) => unknown_share === null) ? "to-come" : "unknown";
  return rows.some(isPartial) ? "partial" : "known";
}

/** A second of a day is the edge of a reading. */
const isPartial = (row: Row) => (numberOf(row, "unknown_share") ?? 0) > 1 / 86_400 || row.is_price_known === false;

export function costOption(answer: Answer, view: View, theme: Theme, width: number): ChartOption {
  const { rows } = tableOf(answer, "cost");
  const { format } = view;
  const steps = costSteps(rows);
  const text = axisText(theme);
  const labels = steps.map(({ start }) => labelOf(start, answer, view));
  const bars = bandsOf(rows, view).map(({ key, text: name, color }) => ({
    ...{ name, type: "bar", stack: "cost", barCategoryGap: steps.length > 60 ? "15%" : "28%", barMaxWidth: 72 },
    itemStyle: { color: colorOf(color) },
    data: steps.map((step) => {
      const row = step.rows.find((each) => bandKey(each) === key);
      const pattern = row && isPartial(row) ? patternOf("partial", theme) : undefined;
      return { value: (row && numberOf(row, "gross")) ?? null, itemStyle: pattern && { decal: pattern } };
    }),
  }));
  const unknown = {
    ...{ name: view.texts.unknown, type: "bar", xAxisIndex: 1, yAxisIndex: 1, barCategoryGap: 0, z: 0 },
    silent: true,
    itemStyle: { color: "transparent", decal: unknownHatch(theme) },
    data: steps.map(({ state }) => (state === "unknown" || state === "no-plan" ? 1 : null)),
  };
  return {
    grid: { left: 4, right: 8, top: 32, bottom: 4, containLabel: true },
    textStyle: { fontFamily: theme.fontFamily },
    tooltip: tooltipOf(theme, (index) => tooltip(steps[index], answer, view)),
    xAxis: [
      {
        ...{ type: "category", data: labels, axisTick: { show: false } },
        axisLine: { lineStyle: { color: theme.line } },
        axisLabel: {
          ...text,
          hideOverlap: true,
          interval: costGrain(answer) === "slot" ? (width < 500 ? 24 : 12) - 1 : "auto",
        },
      },
      { type: "category", data: labels, show: false },
    ],
    yAxis: [
      {
        ...{ type: "value", name: view.site.currency, nameTextStyle: { ...text, align: "right" } },
        axisLabel: { ...text, formatter: (value: number) => value.toLocaleString(format.locale) },
        splitLine: { lineStyle: { color: theme.line } },
      },
      { type: "value", show: false, min: 0, max: 1 },
    ],
    series: [unknown, ...bars],
  };
}

function labelOf(start: string, answer: Answer, { format }: View): string {
  const grain = costGrain(answer);
  if (grain === "slot") return format.time(Date.parse(start));
  if (grain === "month") return format.shortMonth(start);
  return answer.range.grain === "hour" ? format.weekday(start) : format.shortDay(start);
}

function tooltip(step: CostStep | undefined, answer: Answer, view: View): string {
  if (step === undefined) return "";
  const { format, texts } = view;
  const head = stepText(step.start, costGrain(answer), view);
  if (step.state !== "known" && step.state !== "partial") return `${head}\n${texts.money.states[step.state]}`;
  const lines = step.rows.map((row) => {
    const gross = numberOf(row, "gross");
    const amount = gross === undefined ? texts.unknown : format.money(gross);
    return `${bandText(row, view)}: ${gross !== undefined && isPartial(row) ? texts.atLeast(amount) : amount}`;
  });
  const sum = format.money(step.gross ?? 0);
  return [head, ...lines, `${texts.money.sum}: ${step.state === "partial" ? texts.atLeast(sum) : sum}`].join("\n");
}

/** The sum of a range, and whether a part of it is not known. */
export function costOf(steps: readonly CostStep[]): { readonly gross: number | undefined; readonly isLeast: boolean } {
  const known = steps.flatMap(({ gross }) => gross ?? []);
  return {
    gross: known.length > 0 ? known.reduce((a, b) => a + b, 0) : undefined,
    isLeast: steps.some(({ state }) => state === "partial" || state === "unknown" || state === "no-plan"),
  };
}

export function costSentence(answer: Answer, view: View): string {
  const { format, texts } = view;
  const steps = costSteps(tableOf(answer, "cost").rows);
  const grain = costGrain(answer);
  const { gross, isLeast } = costOf(steps);
  const amount = gross === undefined ? texts.unknown : format.money(gross);
  const dearest = steps.reduce<CostStep | undefined>(
    (most, step) => ((step.gross ?? 0) > (most?.gross ?? 0) ? step : most),
    undefined,
  );
  const count = (state: CostStep["state"]) => steps.filter((step) => step.state === state).length;
  const many = (steps: number) => texts.period.steps(grain, steps, format.count(steps));
  const unpriced = steps.filter(({ rows }) => rows.some(({ is_price_known }) => is_price_known === false)).length;
  return [
    texts.money.costSentence(
      format.days(answer.range.from, answer.range.to),
      gross !== undefined && isLeast ? texts.atLeast(amount) : amount,
    ),
    dearest && texts.money.dearest(stepText(dearest.start, grain, view), format.money(dearest.gross ?? 0)),
    count("unknown") > 0 ? texts.money.unknownSteps(many(count("unknown"))) : undefined,
    count("partial") > 0 ? texts.money.partialSteps(many(count("partial"))) : undefined,
    unpriced > 0 ? texts.money.unpricedSteps(many(unpriced)) : undefined,
  ]
    .filter((each) => each !== undefined)
    .join(" ");
}
