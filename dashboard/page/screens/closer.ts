/** The way down and up in time: year, month, day; what a click on a bar does, for the keyboard too. */
import { addressOf } from "../address";
import { element } from "../dom";
import { type Kind, type Range, rangeAround } from "../ranges";
import type { View } from "../view";

export interface Place {
  readonly text: string;
  readonly range: Range;
}

export function closer(steps: readonly Place[], view: View): HTMLElement {
  const { texts, show } = view;
  const above = placesAbove(view);
  const crumbs = element(
    "nav",
    { "aria-label": texts.circuits.up },
    element("ol", {}, ...above.map((place) => element("li", {}, link(place, view)))),
  );
  if (steps.length === 0) return element("div", { class: "closer" }, crumbs);
  const select = element(
    "select",
    { "aria-label": texts.circuits.closer, id: "closer" },
    element("option", { value: "" }, texts.circuits.closer),
    ...steps.map(({ text }, index) => element("option", { value: String(index) }, text)),
  );
  select.addEventListener("change", () => {
    const place = select.value === "" ? undefined : steps[Number(select.value)];
    if (place) show({ range: place.range });
  });
  return element("div", { class: "closer" }, above.length > 0 ? crumbs : undefined, select);
}

/** The month of a day or week, the year of them all. */
function placesAbove({ shown: { range }, format }: View): Place[] {
  const around = (kind: Exclude<Kind, "custom">) => rangeAround(kind, range.from);
  const isWithin = ({ from, to }: Range) =>
    from <= range.from && range.to <= to && (from !== range.from || to !== range.to);
  const places = [
    { text: range.from.slice(0, 4), range: around("year") },
    { text: format.month(range.from), range: around("month") },
  ];
  return places.filter((place) => isWithin(place.range));
}

function link({ text, range }: Place, { shown, show }: View): HTMLElement {
  const made = element("a", { href: addressOf({ ...shown, range }) }, text);
  made.addEventListener("click", (event) => {
    // A new tab is the browser's business.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show({ range });
  });
  return made;
}
