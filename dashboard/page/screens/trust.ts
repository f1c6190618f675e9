/** *Trust*: how far the figures of a range are known, what was set aside and why, and when each meter was last heard. */
import { csvAddress, type Table, tableOf } from "../api";
import { accountLegend, accountOption, accountSentence } from "../charts/account";
import { coverageOption, coverageSentence } from "../charts/coverage";
import { createFigure } from "../charts/figure";
import { legendElement } from "../charts/legend";
import { listCard } from "../charts/list";
import { element } from "../dom";
import { withColumns } from "../own-columns";
import type { Screen } from "./screen";

export const trust: Screen = ({ answer }, view) => {
  const { texts, format, shown } = view;
  const own = withColumns(view, texts.trust.columns);
  const { grain } = answer.range;
  const csv = (name: string) => csvAddress("trust", name, shown.site, shown.range);
  const coverage = tableOf(answer, "coverage");
  const figure = createFigure(
    {
      ...{ name: "coverage", title: texts.trust.coverage, table: coverage, grain: "day", csv: csv("coverage") },
      sentence: coverageSentence(coverage, view),
      option: (theme) => coverageOption(coverage, view, theme),
    },
    own,
  );
  const list = (name: string, title: string, sentence: string, table: Table = tableOf(answer, name)) =>
    listCard(
      {
        name,
        title,
        sentence,
        table: inWords(table, texts.trust.outcomes),
        grain,
        csv: csv(name),
      },
      own,
    );
  const rowsOf = (name: string) => tableOf(answer, name).rows.length;
  const messages = tableOf(answer, "account");
  const account =
    messages.rows.length > 0
      ? createFigure(
          {
            ...{ name: "account", title: texts.trust.account, table: messages, grain: "day", csv: csv("account") },
            ...{ size: "small", sentence: accountSentence(messages, view) },
            legend: legendElement(accountLegend(messages, view)),
            option: (theme) => accountOption(messages, view, theme),
          },
          own,
        )
      : undefined;
  const disputed = coverage.rows.filter((row) => typeof row.disputed_s === "number" && row.disputed_s > 0);
  const [last] = tableOf(answer, "pipeline").rows;
  const said = (value: unknown) => (typeof value === "string" ? value : texts.trust.nothingRecent);
  const newestDay = typeof last?.newest_day === "string" ? format.day(last.newest_day) : texts.trust.nothingRecent;
  const content = element(
    "div",
    { class: "screen" },
    figure.element,
    element(
      "aside",
      { class: "card reading", "aria-label": texts.legend.title },
      element("h2", {}, texts.legend.title),
      element(
        "ul",
        {},
        ...[texts.legend.unknown, texts.legend.partial, texts.legend.filled, texts.legend.disputed].map((text) =>
          element("li", {}, text),
        ),
      ),
    ),
    list("gaps", texts.trust.gaps, rowsOf("gaps") > 0 ? texts.trust.gapsSaid : texts.trust.noGaps, {
      columns: tableOf(answer, "gaps").columns,
      rows: tableOf(answer, "gaps").rows.map((row) => ({
        ...row,
        start: format.instant(Date.parse(String(row.start))),
      })),
    }),
    list("coverage", texts.trust.disputed, disputed.length > 0 ? texts.trust.disputedSaid : texts.trust.noDisputed, {
      columns: coverage.columns.filter(({ name }) => disputedColumns.includes(name)),
      rows: disputed.map((row) => ({ ...row, start: format.day(String(row.start)) })),
    }),
    list(
      "set_aside",
      texts.trust.setAside,
      rowsOf("set_aside") > 0 ? texts.trust.setAsideSaid : texts.trust.noSetAside,
    ),
    account?.element ?? list("account", texts.trust.account, texts.trust.noAccount),
    list("meters", texts.trust.meters, texts.trust.metersSaid),
    element(
      "section",
      { class: "card chart", "data-list": "pipeline" },
      element("h2", {}, texts.trust.pipeline),
      element("p", { class: "coverage" }, texts.trust.pipelineSaid(said(last?.newest_hour), newestDay)),
    ),
  );
  return {
    element: content,
    close() {
      figure.close();
      account?.close();
    },
  };
};

const disputedColumns = ["start", "device", "channel_name", "disputed_s", "ratio_integral_wh", "ratio_counter_wh"];

/** Outcomes in the reader's words; instants are text already. */
const inWords = ({ columns, rows }: Table, outcomes: Readonly<Record<string, string>>): Table => ({
  columns: columns.map((column) => (column.name === "start" ? { ...column, name: "when" } : column)),
  rows: rows.map((row) => ({
    ...row,
    when: row.start ?? null,
    ...(typeof row.outcome === "string" && { outcome: outcomes[row.outcome] ?? row.outcome }),
  })),
});
