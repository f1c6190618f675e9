/** The parts of *Period* that are longer to ask: each appears when it is answered, in its own place. */
import type { Answer } from "../../api";
import { costsFigure } from "../../charts/costs";
import { soFarFigure } from "../../charts/so-far";
import { element } from "../../dom";
import type { Drawn, View } from "../../view";
import { estimateCard } from "./estimate";

/** Tables, and what is made of them; undefined where there is nothing to show. */
const parts: readonly (readonly [table: string, make: (answer: Answer, view: View) => Drawn | undefined])[] = [
  ["so_far", soFarFigure],
  ["costs", costsFigure],
  ["estimate", estimateCard],
];
/** A range that is only passed by, with the arrow keys, asks for none of them. */
const restMs = 300;

export function laterParts(view: View): Drawn {
  const places = parts.map(([table]) =>
    element(
      "div",
      { class: "later", "aria-busy": "true", "data-later": table },
      element("p", { class: "note" }, view.texts.loading),
    ),
  );
  const drawn: Drawn[] = [];
  let isClosed = false;
  const fill = async (place: HTMLElement, [table, make]: (typeof parts)[number]) => {
    const answer = await view
      .more([table])
      .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    if (isClosed) return;
    const made = answer instanceof Error ? failed(answer, view) : make(answer, view);
    if (made) drawn.push(made);
    place.replaceChildren(...(made ? [made.element] : []));
    place.setAttribute("aria-busy", "false");
  };
  const timer = setTimeout(async () => {
    // One after the other: the quick ones are not to wait for the slow.
    for (const [index, part] of parts.entries()) {
      const place = places[index];
      if (place && !isClosed) await fill(place, part);
    }
  }, restMs);
  return {
    element: element("div", { class: "screen later-parts" }, ...places),
    close() {
      isClosed = true;
      clearTimeout(timer);
      for (const each of drawn) each.close();
    },
  };
}

const failed = (error: Error, { texts }: View): Drawn => ({
  element: element("p", { class: "card failure", role: "status" }, texts.failed(error.message)),
  close: () => undefined,
});
