/** The languages: each is a file, and a line here. */
import { de } from "./de";
import { en, type Texts } from "./en";
import { pl } from "./pl";

export type { Texts } from "./en";

export const languages = { en, pl, de } satisfies Record<string, Texts>;
export type Language = keyof typeof languages;
export const languageNames: readonly Language[] = ["en", "pl", "de"];

/** The first of the reader's languages that there is. */
export function languageOf(wanted: readonly string[]): Language {
  for (const each of wanted) {
    const found = languageNames.find((name) => each.toLowerCase().split("-")[0] === name);
    if (found !== undefined) return found;
  }
  return "en";
}
