/**
 * Why an amount is what it is, in a dialog: of a range the components, of a component its days, of a day its quarter hours.
 * Escape closes it, and the focus goes back to where it came from.
 */
import { csvAddress, numberOf, type Row, readTable, textOf } from "../../api";
import { bandText } from "../../charts/bands";
import { qualityText } from "../../charts/cells";
import { button, element } from "../../dom";
import type { View } from "../../view";

export interface Question {
  readonly title: string;
  /** What is to be said where no slots stand behind the amount, as of a fixed charge. */
  readonly sentence?: string;
  readonly from: string;
  readonly to: string;
  /** The component, its version and band; empty for all of them. */
  readonly only: Readonly<Record<string, string>>;
}

export interface Why {
  readonly element: HTMLDialogElement;
  ask(question: Question): void;
}

export function createWhy(view: View): Why {
  const { texts } = view;
  const title = element("h2", { id: "why-title", tabindex: "-1" });
  const body = element("div", { class: "why-body" });
  const back = button(texts.money.back, () => {
    asked.pop();
    void show();
  });
  const close = button(texts.money.close, () => dialog.close());
  const dialog = element(
    "dialog",
    { class: "why", "aria-labelledby": "why-title" },
    element("div", { class: "card-head" }, title, element("div", { class: "tools" }, back, close)),
    body,
  );
  // The page's own keys mean nothing here.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  const asked: Question[] = [];

  const show = async () => {
    const question = asked.at(-1);
    if (question === undefined) return;
    title.textContent = question.title;
    back.hidden = asked.length < 2;
    dialog.setAttribute("aria-busy", "true");
    body.replaceChildren(element("p", { class: "note", role: "status" }, question.sentence ?? texts.loading));
    if (question.sentence === undefined) {
      const parts = await answer(question, view, ask).catch((error: unknown) => [
        element("p", { role: "alert" }, texts.failed(error instanceof Error ? error.message : String(error))),
      ]);
      // Another question may have been asked meanwhile.
      if (asked.at(-1) === question) body.replaceChildren(...parts);
    }
    dialog.setAttribute("aria-busy", "false");
    title.focus();
  };
  const ask = (question: Question) => {
    if (!dialog.open) {
      asked.length = 0;
      dialog.showModal();
    }
    asked.push(question);
    void show();
  };
  return { element: dialog, ask };
}

async function answer(question: Question, view: View, ask: (next: Question) => void): Promise<HTMLElement[]> {
  const { texts, format, shown } = view;
  const { from, to, only } = question;
  const { rows } = await readTable("money", "explain", shown.site, { from, to }, only);
  const csv = `${csvAddress("money", "explain", shown.site, { from, to })}&${new URLSearchParams(only)}`;
  const isOfComponent = "component" in only;
  const isOfSlots = isOfComponent && from === to;
  if (rows.length === 0) return [element("p", {}, texts.money.nothingBehind)];
  const body = rows.map((row) => {
    const start = textOf(row, "start");
    const name = isOfSlots
      ? format.time(Date.parse(start))
      : isOfComponent
        ? format.day(start)
        : `${textOf(row, "component_name")}, ${bandText(row, view)}`;
    const deeper: Question = {
      title: isOfComponent ? `${question.title}, ${format.day(start)}` : `${name}, ${format.days(from, to)}`,
      ...(isOfComponent ? { from: start, to: start, only } : { from, to, only: narrowed(row) }),
    };
    const energy = numberOf(row, "energy_wh");
    const price = numberOf(row, "price");
    const gross = numberOf(row, "gross");
    return element(
      "tr",
      { class: energy === undefined || price === undefined ? "unknown" : undefined },
      element(
        "th",
        { scope: "row" },
        isOfSlots ? name : button(name, () => ask(deeper), { class: "link", "aria-haspopup": "dialog" }),
      ),
      number(energy === undefined ? texts.unknown : format.energy(energy)),
      number(price === undefined ? texts.money.priceUnknown : `${format.price(price)}/kWh`),
      number(moneyText(numberOf(row, "net"), view)),
      number(moneyText(gross, view)),
      element("td", {}, ruleText(row, view)),
    );
  });
  const head = [
    isOfSlots ? texts.columns.start : "",
    texts.money.energy,
    texts.money.price,
    texts.money.net,
    texts.money.gross,
    texts.money.rule,
  ];
  const table = element(
    "table",
    {},
    element("caption", {}, question.title),
    element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text)))),
    element("tbody", {}, ...body),
  );
  return [
    element("p", { class: "coverage" }, sentence(rows, isOfComponent, view)),
    element("div", { class: "table", tabindex: "0", role: "region", "aria-label": question.title }, table),
    element("p", {}, element("a", { class: "quiet", href: csv, download: true }, texts.chart.csv)),
  ];
}

const number = (text: string) => element("td", { class: "number" }, text);
const moneyText = (value: number | undefined, { format, texts }: View) =>
  value === undefined ? texts.unknown : format.money(value);

const narrowed = (row: Row) => ({
  component: textOf(row, "component"),
  version: textOf(row, "version"),
  band: textOf(row, "band"),
});

/** What decided, and how well the energy is known. */
function ruleText(row: Row, view: View): string {
  const { texts } = view;
  const rules: Readonly<Record<string, string>> = texts.money.rules;
  const block = numberOf(row, "block");
  return [
    rules[textOf(row, "rule")] ?? textOf(row, "rule"),
    block === undefined ? "" : texts.money.block(block),
    typeof row.quality === "string" ? qualityText(row.quality, view) : "",
    row.is_example === true ? texts.money.example : "",
  ]
    .filter((each) => each !== "")
    .join(", ");
}

function sentence(rows: readonly Row[], isOfComponent: boolean, view: View): string {
  const { texts, format } = view;
  const sum = (name: string) => rows.reduce((total, row) => total + (numberOf(row, name) ?? 0), 0);
  const slots = (rule: string) =>
    rows.filter((row) => row.rule === rule).reduce((total, row) => total + (numberOf(row, "slots") ?? 0), 0);
  const many = (count: number) => texts.period.steps("slot", count, format.count(count));
  const [unknown, unpriced] = [slots("energy not known"), slots("price not known")];
  const amount = format.money(sum("gross"));
  const least = unknown + unpriced > 0 ? texts.atLeast(amount) : amount;
  return [
    isOfComponent ? texts.money.whyComponent(format.energy(sum("energy_wh")), least) : texts.money.whySum(least),
    isOfComponent && unknown > 0 ? texts.money.whyUnknown(many(unknown)) : "",
    isOfComponent && unpriced > 0 ? texts.money.whyUnpriced(many(unpriced)) : "",
  ]
    .filter((each) => each !== "")
    .join(" ");
}
