/** The head of the page: the screens, the site, the language. */
import { type ScreenName, screenNames } from "../questions/screen-names";
import { addressOf, type Shown } from "./address";
import type { Sites } from "./api";
import { element } from "./dom";
import { type Language, languageNames, languages } from "./texts";
import type { View } from "./view";

export interface HeaderArgs {
  readonly view: View;
  readonly sites: Sites["sites"];
  readonly language: Language;
  readonly speak: (language: Language) => void;
}

export function header({ view, sites, language, speak }: HeaderArgs): HTMLElement {
  const { shown, texts, show } = view;
  const links = screenNames.map((screen) => link(screen, { ...shown, screen }, view));
  const site =
    sites.length > 1
      ? select(
          texts.site,
          sites.map(({ id }) => ({ value: id, text: id })),
          shown.site,
          (id) => show({ site: id }),
        )
      : undefined;
  const spoken = select(
    texts.language,
    languageNames.map((name) => ({ value: name, text: languages[name].name })),
    language,
    (value) => {
      const name = languageNames.find((each) => each === value);
      if (name) speak(name);
    },
  );
  return element(
    "header",
    { class: "top" },
    element("a", { class: "skip", href: "#main" }, texts.skip),
    element("span", { class: "brand" }, "wattlake"),
    element("nav", { "aria-label": texts.navigation }, ...links),
    element("div", { class: "settings" }, site, spoken),
  );
}

/** On a telephone the screens are wider than the window: the one that is shown is brought into sight. */
export function showCurrent(head: HTMLElement): void {
  const current = head.querySelector<HTMLElement>("nav [aria-current]");
  const list = current?.parentElement;
  if (current && list)
    list.scrollLeft = current.offsetLeft - list.offsetLeft - (list.clientWidth - current.offsetWidth) / 2;
}

function link(screen: ScreenName, to: Shown, { shown, texts, show }: View): HTMLElement {
  const made = element(
    "a",
    { href: addressOf(to), "aria-current": screen === shown.screen ? "page" : undefined },
    texts.screens[screen],
  );
  made.addEventListener("click", (event) => {
    // A new tab is the browser's business.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show({ screen });
  });
  return made;
}

function select(
  label: string,
  options: readonly { readonly value: string; readonly text: string }[],
  chosen: string,
  onChoose: (value: string) => void,
): HTMLElement {
  const made = element("select", { "aria-label": label });
  for (const { value, text } of options) made.append(element("option", { value, selected: value === chosen }, text));
  made.addEventListener("change", () => onChoose(made.value));
  return made;
}
