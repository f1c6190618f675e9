/** What shifting use within the day would have saved: a range, never a promise. */
import { type Answer, csvAddress, readTable } from "../../api";
import { createFigure } from "../../charts/figure";
import { savingsOption, savingsSentence } from "../../charts/savings";
import { element } from "../../dom";
import { withColumns } from "../../own-columns";
import type { Drawn, View } from "../../view";

export async function shiftSavings(answer: Answer, view: View): Promise<Drawn> {
  const { texts, shown } = view;
  const table = await readTable("money", "savings", shown.site, shown.range);
  const title = texts.money.savings;
  const sentence = savingsSentence(table, answer, view);
  if (table.rows.length === 0)
    return {
      element: element(
        "section",
        { class: "card chart" },
        element("h2", {}, title),
        element("p", { class: "coverage" }, sentence),
      ),
      close: () => undefined,
    };
  const marks = ["strong", "middle", "unknown"];
  const legend = element(
    "ul",
    { class: "legend" },
    ...texts.money.shiftNames.map((text, index) =>
      element("li", {}, element("span", { class: `mark ${marks[index]}`, "aria-hidden": "true" }), text),
    ),
  );
  const figure = createFigure(
    {
      ...{ name: "savings", title, table, grain: "day", sentence, legend },
      csv: csvAddress("money", "savings", shown.site, shown.range),
      option: (theme) => savingsOption(table, view, theme),
    },
    withColumns(view, texts.money.columns),
  );
  figure.element.querySelector(".picture")?.classList.add("low");
  return figure;
}
