/** A part of a screen that is asked for by itself, because it takes long: the rest is there meanwhile. */
import { element } from "./dom";
import type { Drawn, View } from "./view";

export function later(title: string, view: View, read: () => Promise<Drawn>): Drawn {
  const place = element("div", { class: "later", "data-later": true });
  const said = (text: string, role: string) =>
    element("section", { class: "card" }, element("h2", {}, title), element("p", { class: "note", role }, text));
  place.append(said(view.texts.loading, "status"));
  let drawn: Drawn | undefined;
  let isClosed = false;
  const arrived = (next: Drawn) => {
    if (isClosed) return next.close();
    drawn = next;
    place.replaceChildren(next.element);
    place.removeAttribute("data-later");
  };
  const failed = (error: unknown) => {
    place.replaceChildren(said(view.texts.failed(error instanceof Error ? error.message : String(error)), "alert"));
    place.removeAttribute("data-later");
  };
  read().then(arrived).catch(failed);
  return {
    element: place,
    close() {
      isClosed = true;
      drawn?.close();
    },
  };
}
