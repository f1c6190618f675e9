/** The page: what the address says is asked of the server and drawn; what is clicked changes the address. */
import { addressOf, readAddress, type Shown } from "./address";
import { readScreen, readSites } from "./api";
import { button, element } from "./dom";
import { createFormat } from "./format";
import { header, showCurrent } from "./header";
import { rangeBar } from "./range-bar";
import { compared, shifted } from "./ranges";
import { screens } from "./screens";
import { type Language, languageNames, languageOf, languages } from "./texts";
import type { Drawn, View } from "./view";

const app = document.getElementById("app") ?? document.body;
const refreshMs = 60_000;
const languageKey = "wattlake-language";

async function start(): Promise<void> {
  let language = rememberedLanguage() ?? languageOf(navigator.languages);
  const { sites, live } = await readSites();
  let shown = readAddress(location, sites);
  let drawn: Drawn | undefined;
  const opened = new Set<string>();
  let asking = new AbortController();
  const head = element("div", {});
  const bar = element("div", {});
  const main = element("main", { id: "main", tabindex: "-1" });
  app.replaceChildren(head, bar, main);

  const show = (change: Partial<Shown>) => {
    shown = { ...shown, ...change };
    history.pushState(undefined, "", addressOf(shown));
    void draw();
  };
  const speak = (chosen: Language) => {
    language = chosen;
    localStorage.setItem(languageKey, chosen);
    void draw();
  };

  async function draw(): Promise<void> {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const view = viewOf(signal);
    const { texts } = view;
    document.documentElement.lang = language;
    document.title = `${texts.screens[shown.screen]} · wattlake`;
    keepFocus(() => {
      head.replaceChildren(header({ view, sites, language, speak }));
      showCurrent(head);
      bar.replaceChildren(rangeBar(view));
    });
    main.setAttribute("aria-busy", "true");
    try {
      const other = compared(shown.range, shown.comparison);
      const [answer, before] = await Promise.all([
        readScreen(shown.screen, shown.site, shown.range, signal),
        other && readScreen(shown.screen, shown.site, other, signal),
      ]);
      const next = screens[shown.screen]({ answer, compared: before }, view);
      drawn?.close();
      drawn = next;
      main.replaceChildren(next.element);
      main.dataset.screen = shown.screen;
      main.dataset.from = shown.range.from;
    } catch (error) {
      if (signal.aborted) return;
      drawn?.close();
      drawn = undefined;
      main.replaceChildren(failure(error, view));
    }
    main.setAttribute("aria-busy", "false");
  }

  function viewOf(signal: AbortSignal): View {
    const site = sites.find(({ id }) => id === shown.site);
    if (site === undefined) throw new Error(`There is no site ${shown.site}.`);
    const format = createFormat(localeOf(language), site.zone, site.currency);
    const more = (tables: readonly string[]) => readScreen(shown.screen, shown.site, shown.range, signal, tables);
    return { ...{ shown, site, format, live, more, opened, show }, texts: languages[language] };
  }

  const failure = (error: unknown, { texts }: View) =>
    element(
      "div",
      { class: "card failure", role: "alert" },
      element("p", {}, texts.failed(error instanceof Error ? error.message : String(error))),
      button(texts.tryAgain, () => void draw()),
    );

  window.addEventListener("popstate", () => {
    shown = readAddress(location, sites);
    void draw();
  });
  window.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || isTyping(event.target)) return;
    const steps = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (steps !== 0) show({ range: shifted(shown.range, steps) });
  });
  // A range that goes on is asked for again; a page that nobody sees asks nothing.
  setInterval(() => {
    const { today } = viewOf(asking.signal).site;
    if (document.visibilityState === "visible" && shown.range.from <= today && today <= shown.range.to) void draw();
  }, refreshMs);
  history.replaceState(undefined, "", addressOf(shown));
  await draw();
}

/** Where the arrow keys have a meaning of their own. */
const isTyping = (target: EventTarget | null) =>
  target instanceof Element && target.closest("input, select, textarea, .table") !== null;

/** The reader's own region, where their browser speaks the language. */
const localeOf = (language: Language) =>
  navigator.languages.find((each) => each.toLowerCase().split("-")[0] === language) ?? language;

const rememberedLanguage = () => languageNames.find((name) => name === localStorage.getItem(languageKey));

/** A control that is drawn anew keeps the focus: the element in the same place has it. */
function keepFocus(redraw: () => void): void {
  const path: number[] = [];
  for (let each = document.activeElement; each && each !== app && each !== document.body; each = each.parentElement)
    path.unshift([...(each.parentElement?.children ?? [])].indexOf(each));
  redraw();
  let place: Element | undefined = app;
  for (const index of path) place = place?.children[index];
  if (path.length > 0 && place instanceof HTMLElement) place.focus({ preventScroll: true });
}

start().catch((error: unknown) => {
  app.replaceChildren(
    element("p", { class: "card failure", role: "alert" }, error instanceof Error ? error.message : String(error)),
  );
});
