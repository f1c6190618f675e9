/** A cell an hour, a column a day: when a home uses much and when little. What is unknown is hatched. */
import type { Answer } from "../../api";
import type { View } from "../../view";
import { axisText } from "../axes";
import type { ChartOption } from "../echarts";
import type { LegendEntry } from "../legend";
import { categoryAxis, itemTooltip } from "../scales";
import { patternOf, type Theme, unknownHatch } from "../theme";
import { cellsOf, daysOf, type HourCell, levels, measureOf, scaleOf, skippedHours } from "./hours";
import { type Area, extentOf, unknownAreas } from "./unknown-areas";

/** What ECharts gives to draw one cell. */
interface Api {
  coord(at: readonly [number, number]): readonly [number, number];
  size(of: readonly [number, number]): readonly [number, number];
}

/** Cells are no wider than this, px: a day is a column and not a wall. */
const widest = 64;

export function heatOption(answer: Answer, view: View, theme: Theme, width: number): ChartOption {
  const { format } = view;
  const cells = cellsOf(answer);
  const days = daysOf(cells);
  const places = new Map(days.map((day, index) => [day, index]));
  const scale = scaleOf(cells);
  const columnOf = (day: string) => places.get(day) ?? 0;
  const areas = unknownAreas(cells, columnOf);
  const stripes = patternOf("partial", theme);
  const styleOf = ({ energy_wh, isPartial }: HourCell) => {
    // Not seen, and still to be pointed at: what is hatched lies below.
    if (energy_wh === undefined) return { fill: "transparent" };
    const fill = theme.heat[scale.levelOf(energy_wh)] ?? theme.faint;
    return isPartial ? { fill, decal: stripes } : { fill };
  };
  return {
    grid: { left: 4, right: 8, top: 8, bottom: 4, containLabel: true },
    textStyle: { fontFamily: theme.fontFamily },
    tooltip: itemTooltip(theme, (index) => cellText(cells[index], view)),
    xAxis: { ...categoryAxis(theme, days.map(format.shortDay)), splitLine: { show: false } },
    yAxis: {
      type: "category",
      inverse: true,
      data: Array.from({ length: 24 }, (_, hour) => hourText(hour, view)),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { ...axisText(theme), interval: (hour: number) => hour % (width < 500 ? 6 : 3) === 0 },
    },
    series: [
      {
        type: "custom",
        silent: true,
        tooltip: { show: false },
        encode: { x: 0, y: 1 },
        data: areas.map(({ first, from }) => [first, Math.ceil(from)]),
        renderItem: (params: { dataIndex: number }, api: Api) => {
          const area = areas[params.dataIndex];
          if (area === undefined) return undefined;
          const style = { fill: theme.surface, decal: unknownHatch(theme) };
          return { type: "rect", silent: true, shape: shapeOf(area, api), style };
        },
      },
      {
        type: "custom",
        // All at once: in parts the hatching would begin anew in each.
        progressive: 0,
        encode: { x: 0, y: 1 },
        data: cells.map(({ date, hour }) => [columnOf(date), hour]),
        renderItem: (params: { dataIndex: number }, api: Api) => {
          const cell = cells[params.dataIndex];
          if (cell === undefined) return undefined;
          const column = columnOf(cell.date);
          const shape = shapeOf({ first: column, last: column, ...extentOf(cell) }, api);
          return { type: "rect", shape, style: styleOf(cell) };
        },
      },
    ],
  };
}

/** On whole pixels, so that neighbours leave no seam; with a gap where there is room for one. */
function shapeOf({ first, last, from, to }: Area, api: Api) {
  const [band, height] = api.size([1, 1]);
  const [[start, top], [end, bottom]] = [api.coord([first, 0]), api.coord([last, 0])];
  const wide = Math.min(band, widest);
  const left = Math.round(start - wide / 2);
  const right = Math.max(left + 1, Math.round(end + wide / 2) - (wide > 6 ? 1 : 0));
  const [y, under] = [Math.round(top + from * height), Math.round(bottom + to * height)];
  const gap = height > 6 && band > 6 ? 1 : 0;
  return { x: left, y, width: right - left, height: Math.max(1, under - y - gap) };
}

/** An hour of the clock as the reader writes it. */
export function hourText(hour: number, { format }: View): string {
  return new Intl.DateTimeFormat(format.locale, { hour: "2-digit", minute: "2-digit", timeZone: "UTC" }).format(
    hour * 3_600_000,
  );
}

function cellText(cell: HourCell | undefined, view: View): string {
  if (cell === undefined) return "";
  const { format, texts } = view;
  const { energy_wh, isPartial, start } = cell;
  const energy = energy_wh === undefined ? texts.unknown : format.energy(energy_wh);
  return `${format.instant(start)}\n${isPartial && energy_wh !== undefined ? texts.atLeast(energy) : energy}`;
}

export function heatLegend(answer: Answer, view: View): LegendEntry[] {
  const { format, texts } = view;
  const cells = cellsOf(answer);
  const { step_wh } = scaleOf(cells);
  const entries = Array.from({ length: levels }, (_, level): LegendEntry => {
    const [from, to] = [level * step_wh, format.energy((level + 1) * step_wh)];
    return {
      color: `heat-${level}`,
      text:
        level === levels - 1 ? texts.pattern.lastLevel(format.energy(from)) : texts.pattern.level(format.kwh(from), to),
    };
  });
  const hasUnknown = cells.some(({ energy_wh }) => energy_wh === undefined);
  return hasUnknown ? [...entries, { color: "unknown", text: texts.unknown }] : entries;
}

export function heatSentence(answer: Answer, view: View): string {
  const { format, texts } = view;
  const cells = cellsOf(answer);
  const known = cells.flatMap((cell) => (cell.energy_wh === undefined ? [] : [{ ...cell, energy: cell.energy_wh }]));
  if (known.length === 0) return texts.pattern.nothing;
  const means = Array.from({ length: 24 }, (_, hour) => {
    const of = known.filter((cell) => cell.hour === hour && !cell.isPartial);
    return of.length === 0 ? [] : [{ hour, energy: of.reduce((sum, { energy }) => sum + energy, 0) / of.length }];
  }).flat();
  const [busiest] = means.toSorted((a, b) => b.energy - a.energy);
  const [quietest] = means.toSorted((a, b) => a.energy - b.energy);
  const [most] = known.toSorted((a, b) => b.energy - a.energy);
  const hours = (count: number) => texts.period.steps("hour", count, format.count(count));
  const unknown = cells.length - known.length;
  const partial = known.filter(({ isPartial }) => isPartial).length;
  const span = (hour: number) => `${hourText(hour, view)}–${hourText((hour + 1) % 24, view)}`;
  return [
    measureOf(answer) === "import_wh" ? texts.pattern.onlyImport : undefined,
    busiest && quietest
      ? `${texts.pattern.busiest(span(busiest.hour), format.energy(busiest.energy))}, ${texts.pattern.quietest(span(quietest.hour), format.energy(quietest.energy))}`
      : undefined,
    most && texts.pattern.most(format.instant(most.start), format.energy(most.energy)),
    unknown > 0 ? texts.pattern.unknownHours(hours(unknown)) : undefined,
    partial > 0 ? texts.pattern.partialHours(hours(partial)) : undefined,
    ...clockChanges(cells, answer, view),
  ]
    .filter((each) => each !== undefined)
    .join(" ");
}

/** Where the clock moved, and how that is drawn. */
function clockChanges(cells: readonly HourCell[], { asOf }: Answer, view: View): string[] {
  const { format, texts } = view;
  const repeated = cells
    .filter(({ half }) => half === "first")
    .map(({ date, hour }) => texts.pattern.longDay(format.day(date), hourText(hour, view)));
  const counts = new Map<string, number>();
  for (const { date } of cells) counts.set(date, (counts.get(date) ?? 0) + 1);
  // The last day may not be over.
  const skipped = [...counts].flatMap(([day, count]) =>
    count >= 24
      ? []
      : skippedHours(cells, day, Date.parse(asOf) > Date.parse(day) + 2 * 86_400_000).map((hour) =>
          texts.pattern.shortDay(format.day(day), hourText(hour, view)),
        ),
  );
  return [...repeated, ...skipped];
}
