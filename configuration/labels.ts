/** A name that people read: in a table's column, a chart's legend, a sentence. Whatever language it is in. */
import { z } from "zod";
import { must } from "./wording";

const longest = 64;
const allowed = `a name to show: one line of 1 to ${longest} characters, without spaces around it`;

export function label() {
  return z.string(must(allowed)).refine(isLabel, must(allowed));
}

const isLabel = (text: string) =>
  text === text.trim() && [...text].length <= longest && !unprintable.test(text) && visible.test(text);

/** Control characters, line breaks of any kind, halves of letters, and what turns the direction of writing around. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;
const visible = /(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}\p{P}\p{S}]/u;
