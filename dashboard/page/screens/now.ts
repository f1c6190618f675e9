/** *Now*: where power comes from and where it goes, as one picture and as a ledger, with the age of every value. */
import { csvAddress, tableOf } from "../api";
import { balanceFigure } from "../charts/balance-figure";
import { tableElement } from "../charts/table";
import { button, element, setAttributes } from "../dom";
import { type Flow, flowOf, totalOf } from "../flow";
import { type LivePower, listen } from "../live";
import type { View } from "../view";
import { flowBar } from "./now/flow-bar";
import { ledger } from "./now/ledger";
import type { Screen } from "./screen";

export const now: Screen = ({ answer }, view) => {
  const { shown, texts, live } = view;
  const range = balanceFigure(answer, view);
  if (!live)
    return {
      element: element("div", { class: "screen" }, element("p", { class: "card" }, texts.now.noLive), range.element),
      close: range.close,
    };
  const figures = largeFigures(view);
  const bar = flowBar(view);
  const list = ledger(view);
  const trouble = element("p", { class: "failure note", role: "status", hidden: true });
  const caption = element("figcaption", {});
  const place = element("div", { id: "power-table", hidden: true });
  const toggle = button(
    texts.chart.table,
    () => {
      place.hidden = !place.hidden;
      setAttributes(toggle, { "aria-expanded": place.hidden ? "false" : "true" });
      if (!place.hidden) place.replaceChildren(tableElement(texts.now.flow, tableOf(answer, "power"), "slot", view));
    },
    { class: "quiet", "aria-expanded": "false", "aria-controls": place.id },
  );
  const csv = element(
    "a",
    {
      class: "quiet",
      href: csvAddress("now", "power", shown.site, shown.range),
      download: true,
      "aria-label": texts.chart.csvOf(texts.now.flow),
    },
    texts.chart.csv,
  );
  const figure = element(
    "figure",
    { class: "card chart", "data-chart": "flow" },
    element(
      "div",
      { class: "card-head" },
      element("h2", {}, texts.now.flow),
      element("div", { class: "tools" }, toggle, csv),
    ),
    bar.element,
    caption,
    list.element,
    place,
  );

  let latest: LivePower | undefined;
  const draw = () => {
    if (latest === undefined) return;
    const channels = latest.channels();
    const flow = flowOf(channels);
    const sentence = flowSentence(flow, view);
    figures.draw(flow);
    bar.draw(flow, sentence);
    list.draw(flow, channels);
    // The words change only when they say something else.
    if (caption.textContent !== sentence) caption.textContent = sentence;
  };
  const end = listen(shown.site, {
    onPower(power) {
      latest = power;
      trouble.hidden = true;
      draw();
    },
    onTrouble(message) {
      trouble.textContent = message === "" ? texts.now.lost : texts.failed(message);
      trouble.hidden = false;
    },
  });
  // Values grow old without anybody telling.
  const timer = setInterval(draw, 1000);
  return {
    element: element("div", { class: "screen" }, trouble, figures.element, figure, range.element),
    close() {
      range.close();
      end();
      clearInterval(timer);
    },
  };
};

/** Three numbers that can be read across a room. */
function largeFigures({ texts, format }: View) {
  const box = (name: string, label: string) => {
    const title = element("dt", {}, label);
    const value = element("dd", { class: "figure" }, "–");
    return { title, value, element: element("div", { class: "box", "data-live": name }, title, value) };
  };
  const [used, grid, solar] = [
    box("consumption_w", texts.now.using),
    box("grid_w", texts.roles.grid),
    box("solar_w", texts.roles.solar),
  ];
  const write = ({ value }: typeof used, power_w: number | undefined) => {
    value.textContent = power_w === undefined ? texts.unknown : format.power(power_w);
    value.classList.toggle("unknown", power_w === undefined);
    setAttributes(value, { "data-w": power_w === undefined ? undefined : String(power_w) });
  };
  return {
    element: element("dl", { class: "boxes" }, used.element, grid.element, solar.element),
    draw({ consumption_w, grid_w, solar_w, unknown }: Flow) {
      write(used, consumption_w);
      write(grid, grid_w === undefined ? undefined : Math.abs(grid_w));
      grid.title.textContent =
        grid_w === undefined
          ? texts.roles.grid
          : grid_w > 20
            ? texts.now.importing
            : grid_w < -20
              ? texts.now.exporting
              : texts.now.balanced;
      write(solar, solar_w);
      // A home without a roof has no box for the sun.
      solar.element.hidden = solar_w === undefined && unknown.length === 0;
    },
  };
}

function flowSentence(flow: Flow, { texts, format }: View): string {
  const parts = (segments: Flow["sources"]) =>
    segments.map((each) => `${each.circuit ?? texts.now.segments[each.name]} ${format.power(each.power_w)}`).join(", ");
  const unknown = flow.unknown.length > 0 ? texts.now.unknown(flow.unknown.join(", ")) : "";
  if (flow.sources.length === 0 && flow.consumption_w === undefined)
    return [texts.now.noFlow, unknown].join(" ").trim();
  return [texts.now.sentence(parts(flow.sources), parts(flow.uses), format.power(totalOf(flow.uses))), unknown]
    .join(" ")
    .trim();
}
