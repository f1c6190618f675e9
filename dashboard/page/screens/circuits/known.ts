/** How far the circuits of a range are known, and what the patterns of the pictures mean. */
import { type Answer, numberOf, tableOf } from "../../api";
import { partName } from "../../charts/circuits/parts";
import { element } from "../../dom";
import type { View } from "../../view";

/** For how much of the time each part is known, where one is not. */
export function coverage(answer: Answer, view: View): HTMLElement {
  const { texts, format } = view;
  const rows = tableOf(answer, "circuits").rows;
  const unknown = rows.filter((row) => row.quality === "partial" || row.quality === "missing");
  const said = unknown.map((row) => {
    const asked = numberOf(row, "asked_s") ?? 0;
    const known = (numberOf(row, "covered_s") ?? 0) + (numberOf(row, "filled_s") ?? 0);
    return texts.circuits.unknownOf(partName(row, view), format.duration(Math.max(0, asked - known)));
  });
  const sentences = said.length > 0 ? said : [texts.period.allKnown];
  return element("p", { class: "coverage" }, [...sentences, texts.range.zone(format.zone)].join(" "));
}

/** Explains once what the hatching means. */
export function legendOfPatterns(answer: Answer, { texts }: View): HTMLElement | undefined {
  const rows = [...tableOf(answer, "steps").rows, ...tableOf(answer, "circuits").rows];
  const has = (quality: string) => rows.some((row) => row.quality === quality);
  const lines = [
    has("missing") ? texts.legend.unknown : undefined,
    has("partial") ? texts.legend.partial : undefined,
    has("filled") ? texts.legend.filled : undefined,
    has("disputed") ? texts.legend.disputed : undefined,
  ].filter((each) => each !== undefined);
  if (lines.length === 0) return undefined;
  return element(
    "aside",
    { class: "card reading", "aria-label": texts.legend.title },
    element("h2", {}, texts.legend.title),
    element("ul", {}, ...lines.map((line) => element("li", {}, line))),
  );
}
