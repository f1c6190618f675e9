/** What the billing period will come to: what is known, what is expected, and between which bounds it lies. */
import { type Answer, numberOf, readTable, tableOf } from "../../api";
import { element } from "../../dom";
import type { Drawn, View } from "../../view";
import { sumOfBill } from "./bill";

export async function billEstimate(answer: Answer, view: View): Promise<Drawn> {
  const { texts, format, shown } = view;
  const { rows } = await readTable("money", "estimate", shown.site, shown.range);
  const [row] = rows;
  const estimate = row && numberOf(row, "estimate_gross");
  const known = row && numberOf(row, "known_gross");
  const expected = row && numberOf(row, "expected_gross");
  const share = (row && numberOf(row, "expected_share")) ?? 0;
  const { atLeast, atMost } = sumOfBill(tableOf(answer, "bill").rows);
  const sentences = [
    known === undefined || expected === undefined
      ? texts.money.noEstimate
      : share > 0
        ? texts.money.estimateSentence(format.money(known), format.money(expected), format.share(share))
        : texts.money.estimateKnown,
    atLeast === undefined || atMost === undefined || atMost - atLeast < 0.005
      ? ""
      : texts.money.estimateBounds(format.money(atLeast), format.money(atMost)),
  ];
  const content = element(
    "section",
    { class: "card", "data-figure": "estimate_gross" },
    element("h2", {}, texts.money.estimate),
    element(
      "p",
      {},
      estimate === undefined
        ? element("span", { class: "figure unknown" }, texts.unknown)
        : element(
            "span",
            { class: "figure", "data-amount": String(estimate) },
            ...(share > 0 ? [element("span", { class: "unit" }, `${texts.money.about} `)] : []),
            format.money(estimate),
          ),
    ),
    element("p", { class: "coverage" }, sentences.filter((each) => each !== "").join(" ")),
  );
  return { element: content, close: () => undefined };
}
