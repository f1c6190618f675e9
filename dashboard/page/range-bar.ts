/** The one control of the range, above every screen. */
import { button, choice, element } from "./dom";
import { type Comparison, compared, comparisons, type Preset, presetNames, presets, shifted } from "./ranges";
import type { View } from "./view";

export function rangeBar(view: View): HTMLElement {
  const { shown, site, texts, format, show } = view;
  const { range, comparison } = shown;
  const chosen = presetNames.find((name) => {
    const preset = presets[name](site.today);
    return preset.from === range.from && preset.to === range.to;
  });
  const step = (steps: number, label: string, arrow: string) =>
    button(arrow, () => show({ range: shifted(range, steps) }), { class: "arrow", "aria-label": label, title: label });
  const select = element("select", { "aria-label": texts.range.label, id: "preset" });
  if (chosen === undefined) select.append(element("option", { value: "", selected: true }, "…"));
  for (const name of presetNames)
    select.append(element("option", { value: name, selected: name === chosen }, texts.range.presets[name]));
  select.addEventListener("change", () => {
    const name = presetNames.find((each) => each === select.value);
    if (name) show({ range: presets[name](site.today) });
  });
  const [from, to] = [dayInput(texts.range.from, range.from), dayInput(texts.range.to, range.to)];
  const onDays = () => {
    if (from.value === "" || to.value === "" || from.value > to.value) return;
    show({ range: { kind: from.value === to.value ? "day" : "custom", from: from.value, to: to.value } });
  };
  for (const input of [from, to]) input.addEventListener("change", onDays);
  return element(
    "section",
    { class: "range", "aria-label": texts.range.label },
    element(
      "div",
      { class: "stepper" },
      step(-1, texts.range.before, "‹"),
      element(
        "h1",
        { id: "range-text", "aria-live": "polite", title: texts.range.keys },
        format.days(range.from, range.to),
      ),
      step(1, texts.range.after, "›"),
    ),
    quick(chosen, view),
    select,
    element("div", { class: "dates" }, from, element("span", { "aria-hidden": "true" }, "–"), to),
    comparing(comparison, view),
  );
}

/** The presets that one click reaches; the others are in the list. */
const quickNames: readonly Preset[] = ["today", "week", "month", "year"];

const quick = (chosen: Preset | undefined, { site, texts, show }: View) =>
  choice(
    texts.range.label,
    quickNames.map((name) => ({ name, text: texts.range.presets[name] })),
    quickNames.find((name) => name === chosen),
    (name) => show({ range: presets[name](site.today) }),
  );

function comparing(comparison: Comparison, { shown, texts, format, show }: View): HTMLElement {
  const options = comparisons.map((name) => ({ name, text: texts.range.comparisons[name] }));
  const group = choice(texts.range.compare, options, comparison, (name) => show({ comparison: name }));
  const other = compared(shown.range, comparison);
  if (other) group.setAttribute("title", format.days(other.from, other.to));
  return element(
    "div",
    { class: "compare" },
    element("span", { class: "note", "aria-hidden": "true" }, texts.range.compare),
    group,
  );
}

const dayInput = (label: string, value: string) =>
  element("input", { type: "date", "aria-label": label, value, required: true });
