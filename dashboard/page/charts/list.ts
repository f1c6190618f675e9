/** A table that is its own picture: with a title, a sentence and its CSV, as a chart has them. */
import type { Grain, Table } from "../api";
import { element } from "../dom";
import type { View } from "../view";
import { tableElement } from "./table";

export interface ListArgs {
  /** Its name among the page's elements. */
  readonly name: string;
  readonly title: string;
  readonly sentence: string;
  readonly table: Table;
  readonly grain: Grain;
  readonly csv: string;
}

/** Of a table without rows there is the sentence alone. */
export function listCard({ name, title, sentence, table, grain, csv }: ListArgs, view: View): HTMLElement {
  const hasRows = table.rows.length > 0;
  return element(
    "section",
    { class: "card chart", "data-list": name },
    element(
      "div",
      { class: "card-head" },
      element("h2", {}, title),
      hasRows
        ? element(
            "a",
            { class: "quiet", href: csv, download: true, "aria-label": view.texts.chart.csvOf(title) },
            "CSV",
          )
        : undefined,
    ),
    element("p", { class: "coverage" }, sentence),
    hasRows ? tableElement(title, table, grain, view) : undefined,
  );
}
