/** The bill of the running billing period: what is known of it, what it is expected to come to, and between which bounds it lies. */
import { type Answer, numberOf, tableOf, textOf } from "../../api";
import { addDays } from "../../days";
import { element } from "../../dom";
import type { Drawn, View } from "../../view";

/** undefined where the site has no tariff. */
export function estimateCard(answer: Answer, view: View): Drawn | undefined {
  const [row] = tableOf(answer, "estimate").rows;
  if (row === undefined) return undefined;
  const { texts, format } = view;
  const money = (name: string) => {
    const amount = numberOf(row, name);
    return amount === undefined ? texts.unknown : format.money(amount);
  };
  const range = format.days(textOf(row, "period_start"), addDays(textOf(row, "period_end"), -1));
  const share = numberOf(row, "expected_share") ?? 0;
  const hasMore = share > 0.001;
  const box = (name: string, label: string, value: string, note?: string) =>
    element(
      "div",
      { class: "pair", "data-amount": name },
      element("dt", {}, label),
      element("dd", { class: "figure" }, value),
      note ? element("dd", { class: "note" }, note) : undefined,
    );
  return {
    element: element(
      "section",
      { class: "card estimate", "aria-label": texts.period.bill },
      element("h2", {}, `${texts.period.bill} · ${range}`),
      element(
        "dl",
        { class: "pairs" },
        box("known_gross", texts.period.billKnown, money("known_gross")),
        hasMore
          ? box(
              "estimate_gross",
              texts.period.billExpected,
              money("estimate_gross"),
              texts.period.billShare(format.share(share)),
            )
          : undefined,
      ),
      element(
        "p",
        { class: "note" },
        [
          hasMore ? texts.period.billBounds(money("at_least"), money("at_most")) : "",
          row.is_example === true ? texts.period.example : "",
        ]
          .join(" ")
          .trim(),
      ),
    ),
    close: () => undefined,
  };
}
