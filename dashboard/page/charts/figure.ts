/** A chart as everybody can read it: the picture, its sentence, its table and its CSV, all of the same data. */
import type { Grain, Table } from "../api";
import { button, element, setAttributes } from "../dom";
import type { Drawn, View } from "../view";
import { type ChartOption, init } from "./echarts";
import { tableElement } from "./table";
import { onThemeChange, readTheme, type Theme } from "./theme";

export interface FigureArgs {
  /** Its name among the page's elements. */
  readonly name: string;
  readonly title: string;
  /** What the chart is of, as one table of the server's answer. */
  readonly table: Table;
  readonly grain: Grain;
  /** Where the same table is as CSV. */
  readonly csv: string;
  /** What the picture says, in words. */
  readonly sentence: string;
  /** What stands between title and picture: a legend. */
  readonly legend?: HTMLElement;
  /** Of the picture, px. @default what the window leaves */
  readonly height?: number;
  option(theme: Theme, width: number): ChartOption;
  /** Called with the number of the row that is clicked, in the picture or in the table. */
  readonly onClick?: (row: number) => void;
  /** The row that a part of the picture stands for. @default the one of its number */
  rowOf?(part: number): number;
  /** The picture's height as a class of the style sheet. @default that of a large one */
  readonly size?: "small";
}

export function createFigure(args: FigureArgs, view: View): Drawn {
  const {
    name,
    title,
    table,
    grain,
    csv,
    sentence,
    legend,
    height,
    option,
    onClick,
    rowOf = (part) => part,
    size,
  } = args;
  const { texts } = view;
  const picture = element("div", {
    class: size ? `picture ${size}` : "picture",
    role: "img",
    "aria-label": `${title}. ${sentence}`,
  });
  if (height !== undefined) picture.style.height = `${height}px`;
  const place = element("div", { id: `${name}-table`, hidden: true });
  const open = (isOpen: boolean) => {
    if (isOpen && place.childElementCount === 0) place.append(tableElement(title, table, grain, view, onClick));
    place.hidden = !isOpen;
    setAttributes(toggle, { "aria-expanded": isOpen ? "true" : "false" });
  };
  const toggle = button(
    texts.chart.table,
    () => {
      open(place.hidden === true);
      if (place.hidden) view.opened.delete(name);
      else view.opened.add(name);
    },
    { class: "quiet", "aria-expanded": "false", "aria-controls": place.id },
  );
  const download = element(
    "a",
    { class: "quiet", href: csv, download: true, "aria-label": texts.chart.csvOf(title) },
    texts.chart.csv,
  );
  const figure = element(
    "figure",
    { class: "card chart", "data-chart": name },
    element(
      "div",
      { class: "card-head" },
      element("h2", {}, title),
      element("div", { class: "tools" }, toggle, download),
    ),
    legend,
    picture,
    element("figcaption", {}, sentence),
    place,
  );

  if (view.opened.has(name)) open(true);

  let chart: ReturnType<typeof init> | undefined;
  const draw = () => {
    const width = picture.clientWidth;
    if (width === 0) return;
    if (chart === undefined) {
      chart = init(picture, undefined, { renderer: "canvas" });
      chart.on("click", ({ dataIndex }) => onClick?.(rowOf(dataIndex)));
    } else chart.resize();
    const theme = readTheme();
    chart.setOption({ animation: theme.moves, ...option(theme, width) }, { notMerge: true });
  };
  const observer = new ResizeObserver(draw);
  observer.observe(picture);
  const forget = onThemeChange(draw);
  return {
    element: figure,
    close() {
      observer.disconnect();
      forget();
      chart?.dispose();
    },
  };
}
