/** The large figures of *Circuits*: what was used, the largest circuit, what none tracks, and the base load. */
import { numberOf, type Row, tableOf } from "../../api";
import { isUsed, partName, partOf, shareText } from "../../charts/circuits/parts";
import { element } from "../../dom";
import type { View } from "../../view";
import { changeText } from "../compared";
import type { Answers } from "../screen";

export function boxes({ answer, compared }: Answers, view: View): HTMLElement {
  const { texts, format } = view;
  const [total] = tableOf(answer, "totals").rows;
  const [other] = compared ? tableOf(compared, "totals").rows : [];
  const list = element("dl", { class: "boxes" });
  const box = (name: string, label: string, figure: readonly (Node | string)[], ...notes: (string | undefined)[]) =>
    list.append(
      element(
        "div",
        { class: "box", "data-figure": name },
        element("dt", {}, label),
        element("dd", {}, ...figure),
        ...notes.flatMap((note) => (note === undefined ? [] : [element("dd", { class: "note" }, note)])),
      ),
    );
  const used = total && numberOf(total, "consumption_wh");
  const before = other && numberOf(other, "consumption_wh");
  box(
    "consumption_wh",
    texts.columns.consumption_wh,
    energyFigure(used, isIncomplete(total), view),
    changeText(used, before, compared, view),
  );
  const rows = tableOf(answer, "circuits").rows.filter(isUsed);
  const [largest] = rows.filter((row) => partOf(row) === "load");
  const untracked = rows.find((row) => partOf(row) === "untracked");
  for (const row of [largest, untracked]) {
    if (row === undefined) continue;
    const share = shareText(row, view);
    box(
      partOf(row),
      partOf(row) === "load" ? texts.circuits.largest(partName(row, view)) : partName(row, view),
      energyFigure(numberOf(row, "energy_wh"), row.quality === "partial", view),
      share && texts.circuits.ofUsed(share),
    );
  }
  const power = total && numberOf(total, "base_load_w");
  const share = total && numberOf(total, "base_share");
  box(
    "base_load_w",
    texts.circuits.baseLoad,
    power === undefined ? [unknownFigure(view)] : [figure("data-w", power, format.count(power), " W")],
    power === undefined ? undefined : texts.circuits.aDay(format.energy(power * 24)),
    share === undefined ? undefined : texts.circuits.ofUsed(format.share(share)),
  );
  return list;
}

const isIncomplete = (total: Row | undefined) =>
  total !== undefined && (numberOf(total, "known_s") ?? 0) < (numberOf(total, "asked_s") ?? 0) - 1;

const unknownFigure = ({ texts }: View) => element("span", { class: "figure unknown" }, texts.unknown);

const figure = (attribute: string, value: number, text: string, unit: string) =>
  element("span", { class: "figure", [attribute]: String(value) }, text, element("span", { class: "unit" }, unit));

function energyFigure(value: number | undefined, isLeast: boolean, view: View): (Node | string)[] {
  if (value === undefined) return [unknownFigure(view)];
  const made = figure("data-wh", value, view.format.kwh(value), " kWh");
  return isLeast ? [element("span", { class: "least" }, view.texts.atLeast("").trim()), " ", made] : [made];
}
