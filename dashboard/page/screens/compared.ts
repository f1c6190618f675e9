/** What a screen says of the range that is compared with. */
import type { Answer } from "../api";
import { element } from "../dom";
import type { View } from "../view";
import type { Answers } from "./screen";

const days = ({ range }: Answer, { format }: View) => format.days(range.from, range.to);

/** Both ranges in words; nothing where none is compared with. */
export const comparedBanner = ({ answer, compared }: Answers, view: View): HTMLElement | undefined =>
  compared && element("p", { class: "banner" }, view.texts.range.comparedTo(days(answer, view), days(compared, view)));

/** By how much a figure is more or less than before; nothing where one is unknown. */
export function changeText(
  value: number | undefined,
  before: number | undefined,
  compared: Answer | undefined,
  view: View,
): string | undefined {
  if (value === undefined || before === undefined || before <= 0 || compared === undefined) return undefined;
  return view.texts.period.change(view.format.change(value / before - 1), days(compared, view));
}
