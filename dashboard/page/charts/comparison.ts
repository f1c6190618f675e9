/** What the same energy comes to under each plan: the sum of the billing periods that all of them have. */
import { numberOf, type Row, type Table, textOf } from "../api";
import type { View } from "../view";
import { axisText } from "./axes";
import { colorOf } from "./bands";
import type { ChartOption } from "./echarts";
import { type Theme, unknownHatch } from "./theme";

export interface PlanSum {
  readonly plan: string;
  readonly isOwn: boolean;
  readonly gross: number;
  /** Undefined where a price is not known. */
  readonly atLeast: number | undefined;
  readonly atMost: number | undefined;
  /** More than the own contract; undefined without one. */
  readonly difference: number | undefined;
  readonly isPriceKnown: boolean;
  readonly isExample: boolean;
}

export interface Compared {
  readonly sums: readonly PlanSum[];
  /** First and last local day of the periods, and how many they are; of how many a part is not known. */
  readonly from: string;
  readonly end: string;
  readonly periods: number;
  readonly unknownPeriods: number;
  /** Periods that not all plans have alike. */
  readonly others: number;
}

const keyOf = (row: Row) => `${textOf(row, "period_start")}/${textOf(row, "period_end")}`;

/** Undefined where no period is the same under all plans. */
export function comparedPlans({ rows }: Table): Compared | undefined {
  const plans = new Set(rows.map((row) => textOf(row, "plan")));
  const keys = [...new Set(rows.map(keyOf))];
  const common = keys.filter((key) => rows.filter((row) => keyOf(row) === key).length === plans.size).sort();
  const [first, last] = [common[0], common.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const own = rows.filter((row) => common.includes(keyOf(row)));
  const sums = [...plans].map((plan) =>
    sumOf(
      plan,
      own.filter((row) => row.plan === plan),
    ),
  );
  const isUnknown = (key: string) => own.some((row) => keyOf(row) === key && (numberOf(row, "unknown_share") ?? 0) > 0);
  return {
    sums: sums.sort((a, b) => a.gross - b.gross),
    ...{ from: first.slice(0, 10), end: last.slice(11), periods: common.length, others: keys.length - common.length },
    unknownPeriods: common.filter(isUnknown).length,
  };
}

function sumOf(plan: string, rows: readonly Row[]): PlanSum {
  const sum = (name: string) => rows.reduce((total, row) => total + (numberOf(row, name) ?? 0), 0);
  const whole = (name: string) => (rows.every((row) => numberOf(row, name) !== undefined) ? sum(name) : undefined);
  return {
    plan,
    isOwn: rows.every(({ is_own }) => is_own === true),
    gross: sum("gross"),
    atLeast: whole("at_least"),
    atMost: whole("at_most"),
    difference: whole("difference"),
    isPriceKnown: rows.every(({ is_price_known }) => is_price_known === true),
    isExample: rows.some(({ is_example }) => is_example === true),
  };
}

/** So wide beside the dearest plan: what unknown time could cost at the most would make the plans themselves vanish. */
const widest = 1.6;

export function comparisonOption({ sums }: Compared, view: View, theme: Theme): ChartOption {
  const { format } = view;
  const text = axisText(theme);
  const names = sums.map(({ plan, isOwn }) => (isOwn ? `${plan}\n${view.texts.money.own}` : plan));
  const most = Math.max(...sums.map(({ gross }) => gross), 1) * widest;
  return {
    grid: { left: 4, right: 24, top: 8, bottom: 4, containLabel: true },
    xAxis: {
      ...{ type: "value", max: most, splitNumber: 4 },
      axisLabel: {
        ...text,
        hideOverlap: true,
        showMaxLabel: false,
        formatter: (value: number) => value.toLocaleString(format.locale, { maximumFractionDigits: 0 }),
      },
      splitLine: { lineStyle: { color: theme.line } },
    },
    yAxis: {
      ...{ type: "category", data: names, inverse: true, axisTick: { show: false } },
      axisLine: { lineStyle: { color: theme.line } },
      axisLabel: { ...text, color: theme.text, lineHeight: 15 },
    },
    series: [
      {
        ...{ type: "bar", stack: "cost", barMaxWidth: 28 },
        data: sums.map(({ gross, isOwn }) => ({
          value: gross,
          itemStyle: { color: isOwn ? theme.accent : colorOf("band-3") },
          label: {
            ...{ show: true, position: gross < most / 4 ? "right" : "insideRight", formatter: format.money(gross) },
            ...{ color: gross < most / 4 ? theme.text : theme.surface, fontFamily: theme.fontFamily },
            ...(gross < most / 4 && { backgroundColor: theme.surface, padding: 3 }),
          },
        })),
      },
      {
        ...{ type: "bar", stack: "cost", silent: true },
        itemStyle: { color: "transparent", decal: unknownHatch(theme) },
        data: sums.map(({ gross, atMost }) =>
          atMost === undefined ? null : Math.max(0, Math.min(atMost, most) - gross),
        ),
      },
    ],
  };
}

export function comparisonSentence(compared: Compared, view: View): string {
  const { texts, format } = view;
  const { sums, periods, unknownPeriods, others } = compared;
  const [cheapest] = sums;
  const own = sums.find(({ isOwn }) => isOwn);
  const unpriced = sums.filter(({ isPriceKnown }) => !isPriceKnown).map(({ plan }) => plan);
  const many = (count: number) => texts.money.periods(count, format.count(count));
  return [
    cheapest && own === cheapest ? texts.money.ownCheapest(own.plan, format.money(own.gross)) : undefined,
    cheapest && own && own !== cheapest
      ? texts.money.cheapest(cheapest.plan, format.money(cheapest.gross), format.money(own.gross - cheapest.gross))
      : undefined,
    unknownPeriods > 0
      ? texts.money.notWhole(format.count(unknownPeriods), many(periods))
      : texts.money.allWhole(many(periods)),
    others > 0 ? texts.money.otherPeriods(many(others)) : undefined,
    unpriced.length > 0 ? texts.money.unpricedPlans(unpriced.join(", ")) : undefined,
  ]
    .filter((each) => each !== undefined)
    .join(" ");
}
