/** The flow in words: two columns, in and out, then what each channel said last, and how long ago. */
import { element } from "../../dom";
import { type Flow, type LiveChannel, type Segment, totalOf } from "../../flow";
import type { View } from "../../view";

export function ledger(view: View) {
  const { texts, format } = view;
  const [sources, uses] = [column(texts.now.sources, view), column(texts.now.uses, view)];
  const channels = element("tbody", {});
  const head = [texts.now.channel, texts.now.power, texts.now.age].map((text) => element("th", { scope: "col" }, text));
  const rows: { readonly name: HTMLElement; readonly power: HTMLElement; readonly age: HTMLElement }[] = [];
  const rowAt = (index: number) => {
    const found = rows[index];
    if (found) return found;
    const [name, power, age] = [
      element("th", { scope: "row" }),
      element("td", { class: "number" }),
      element("td", { class: "number" }),
    ];
    channels.append(element("tr", {}, name, power, age));
    const made = { name, power, age };
    rows.push(made);
    return made;
  };
  return {
    element: element(
      "div",
      { class: "ledger" },
      sources.element,
      uses.element,
      element(
        "table",
        { class: "channels" },
        element("caption", {}, texts.now.channels),
        element("thead", {}, element("tr", {}, ...head)),
        channels,
      ),
    ),
    draw(flow: Flow, all: readonly LiveChannel[]) {
      sources.draw(flow.sources);
      uses.draw(flow.uses);
      for (const [index, { name, power_w, age_s, max_gap_s }] of all.entries()) {
        const row = rowAt(index);
        const isOld = age_s === undefined || age_s > max_gap_s;
        row.name.textContent = name;
        row.power.textContent = power_w === undefined ? texts.unknown : format.power(power_w);
        row.power.classList.toggle("old", isOld);
        row.age.textContent = age_s === undefined ? texts.now.never : texts.now.ago(format.duration(age_s));
        if (isOld && age_s !== undefined) row.age.append(` · ${texts.now.tooOld}`);
      }
    },
  };
}

function column(title: string, { texts, format }: View) {
  const list = element("dl", {});
  const total = element("b", {});
  return {
    element: element("section", {}, element("h3", {}, title, " ", total), list),
    draw(segments: readonly Segment[]) {
      const whole = totalOf(segments);
      total.textContent = segments.length === 0 ? texts.unknown : format.power(whole);
      list.replaceChildren(
        ...segments.map((segment) =>
          element(
            "div",
            { class: "entry" },
            element(
              "dt",
              {},
              element("span", { class: `mark ${segment.name}`, "aria-hidden": "true" }),
              segment.circuit ?? texts.now.segments[segment.name],
            ),
            element("dd", {}, format.power(segment.power_w)),
            element("dd", { class: "note" }, format.share(whole === 0 ? 0 : segment.power_w / whole)),
          ),
        ),
      );
    },
  };
}
