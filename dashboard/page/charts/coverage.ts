/** How far each channel is known, day by day: a strip a channel, plain where it is measured, patterned or hatched elsewhere. */
import { numberOf, type Row, type Table, textOf } from "../api";
import type { View } from "../view";
import { axisText, tooltipOf } from "./axes";
import { qualityText } from "./cells";
import type { ChartOption } from "./echarts";
import { patternOf, type Theme, unknownHatch } from "./theme";

const stripOf = (row: Row) => `${textOf(row, "device")}/${row.channel}`;

export function coverageOption({ rows }: Table, view: View, theme: Theme): ChartOption {
  const { format } = view;
  const text = axisText(theme);
  const days = [...new Set(rows.map((row) => textOf(row, "start")))];
  const strips = [...new Set(rows.map(stripOf))];
  const rowsOf = (strip: string) => rows.filter((row) => stripOf(row) === strip);
  const names = strips.map((strip) => textOf(rowsOf(strip)[0] ?? {}, "channel_name"));
  return {
    grid: { left: 4, right: 8, top: 8, bottom: 4, containLabel: true },
    tooltip: tooltipOf(theme, (index) => {
      const day = days[index];
      if (day === undefined) return "";
      const own = rows.filter(({ start }) => start === day);
      return [format.day(day), ...own.map((row) => `${row.channel_name}: ${stateText(row, view)}`)].join("\n");
    }),
    xAxis: {
      ...{ type: "category", data: days.map(format.shortDay), axisTick: { show: false } },
      axisLine: { lineStyle: { color: theme.line } },
      axisLabel: { ...text, hideOverlap: true },
    },
    yAxis: [
      { type: "value", min: 0, max: strips.length, show: false },
      {
        ...{ type: "category", data: names, position: "left", axisTick: { show: false }, axisLine: { show: false } },
        axisLabel: { ...text, color: theme.text, width: 110, overflow: "truncate" },
      },
    ],
    series: strips.map((strip) => ({
      ...{ type: "bar", stack: "strips", barCategoryGap: "6%" },
      data: rowsOf(strip).map((row) => ({ value: 1, itemStyle: styleOf(row, theme) })),
    })),
  };
}

function styleOf({ quality }: Row, theme: Theme) {
  const border = { borderColor: theme.surface, borderWidth: 3 };
  if (quality === null) return { ...border, color: "transparent" };
  if (quality === "missing") return { ...border, color: "transparent", decal: unknownHatch(theme) };
  const decal = typeof quality === "string" ? patternOf(quality, theme) : undefined;
  return { ...border, color: theme.accent, ...(decal && { decal }) };
}

function stateText(row: Row, view: View): string {
  const { texts, format } = view;
  if (typeof row.quality !== "string") return texts.trust.notAsked;
  return `${qualityText(row.quality, view)}, ${format.share(Math.min(1, numberOf(row, "coverage") ?? 0))}`;
}

export function coverageSentence({ rows }: Table, view: View): string {
  const { texts, format } = view;
  const names: Readonly<Record<string, string>> = texts.qualities;
  const count = (quality: string) => rows.filter((row) => row.quality === quality).length;
  const parts = Object.keys(names).flatMap((quality) =>
    count(quality) > 0
      ? `${names[quality]}: ${texts.period.steps("day", count(quality), format.count(count(quality)))}`
      : [],
  );
  return parts.length > 0 ? `${texts.trust.perChannel} ${parts.join("; ")}.` : texts.period.nothingKnown;
}
