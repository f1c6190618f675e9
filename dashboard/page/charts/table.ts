/** A chart's data as a table for the reader: the same rows and columns as its CSV. */
import type { Grain, Table } from "../api";
import { button, element } from "../dom";
import type { View } from "../view";
import { cellText } from "./cells";

/** Rows after which a table ends: nobody reads on, and the CSV has them all. */
const mostRows = 1000;

export function tableElement(
  title: string,
  { columns, rows }: Table,
  grain: Grain,
  view: View,
  onRow?: (row: number) => void,
): HTMLElement {
  const names: Readonly<Record<string, string>> = view.texts.columns;
  // A column of which nothing is known in any row says nothing.
  const shown = columns.filter(({ name }) => rows.some((row) => row[name] !== null));
  const head = shown.map((column) => {
    const { name, description } = column;
    const first = rows.find((row) => row[name] !== null)?.[name] ?? null;
    // Over its numbers.
    const { isNumber } = cellText(first, column, grain, view);
    return element(
      "th",
      { scope: "col", title: description, class: isNumber ? "number" : undefined },
      names[name] ?? name.replaceAll("_", " "),
    );
  });
  const body = rows.slice(0, mostRows).map((row, number) => {
    const cells = shown.map((column, index) => {
      const { text, isNumber } = cellText(row[column.name], column, grain, view);
      return element(
        index === 0 ? "th" : "td",
        { scope: index === 0 ? "row" : undefined, class: isNumber ? "number" : undefined },
        index === 0 && onRow ? button(text, () => onRow(number), { class: "link" }) : text,
      );
    });
    return element("tr", {}, ...cells);
  });
  const table = element(
    "table",
    {},
    element("caption", {}, view.texts.chart.tableOf(title)),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body),
  );
  const more = rows.length > mostRows ? element("p", {}, view.texts.chart.more(rows.length - mostRows)) : undefined;
  // It scrolls by itself where it is wider than the page; so the keyboard must reach it.
  return element(
    "div",
    { class: "table", tabindex: "0", role: "region", "aria-label": view.texts.chart.tableOf(title) },
    table,
    more,
  );
}
