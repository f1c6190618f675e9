/** The energy of the range as a figure. A step of it leads to the range of that step. */
import { type Answer, csvAddress, tableOf, textOf } from "../api";
import { rangeAround } from "../ranges";
import type { Drawn, View } from "../view";
import { balanceOption, flowsOf } from "./balance";
import { balanceSentence } from "./balance-words";
import { createFigure } from "./figure";
import { type LegendEntry, legendElement } from "./legend";

export function balanceFigure(answer: Answer, view: View, compared?: Answer): Drawn {
  const { shown, texts, show } = view;
  const { grain } = answer.range;
  const table = tableOf(answer, "balance");
  const hasGaps = table.rows.some(({ quality }) => quality === "missing");
  const flows: LegendEntry[] = flowsOf(table.rows).map((flow) => ({ color: flow.color, text: flow.text(view) }));
  const onClick = (row: number) => {
    const step = table.rows[row];
    if (step !== undefined && (grain === "day" || grain === "month"))
      show({ range: rangeAround(grain, textOf(step, "start")) });
  };
  return createFigure(
    {
      name: "balance",
      title: texts.period.energy,
      ...{ table, grain },
      csv: csvAddress("period", "balance", shown.site, shown.range),
      sentence: balanceSentence(answer, view),
      legend: legendElement([
        ...flows,
        ...(compared ? [{ color: "usual", text: texts.period.usedIn(rangeText(compared, view)) } as const] : []),
        ...(hasGaps ? [{ color: "unknown", text: texts.unknown } as const] : []),
      ]),
      option: (theme, width) => balanceOption({ answer, compared }, view, theme, width),
      ...((grain === "day" || grain === "month") && { onClick }),
    },
    view,
  );
}

const rangeText = ({ range: { from, to } }: Answer, { format }: View) => format.days(from, to);
