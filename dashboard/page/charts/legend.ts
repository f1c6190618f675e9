/** The names of a chart's colours. Each has a mark of its own shape, so that the colour is never alone. */
import { element } from "../dom";

export interface LegendEntry {
  /** The style sheet's name of the colour. */
  readonly color:
    | `load-${number}`
    | "load-others"
    | `heat-${number}`
    | "solid"
    | "dashed"
    | "grid"
    | "solar"
    | "battery"
    | "home"
    | "export"
    | "accent"
    | "before"
    | "earlier"
    | "usual"
    | "unknown";
  readonly text: string;
}

export const legendElement = (entries: readonly LegendEntry[]): HTMLElement =>
  element(
    "ul",
    { class: "legend" },
    ...entries.map(({ color, text }) =>
      element("li", {}, element("span", { class: `mark ${color}`, "aria-hidden": "true" }), text),
    ),
  );
