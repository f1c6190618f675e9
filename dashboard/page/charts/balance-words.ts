/** The energy of a range in words, and how much of its time is not known. */
import { type Answer, numberOf, type Row, tableOf, textOf } from "../api";
import type { View } from "../view";
import { isUnknown } from "./balance";
import { stepText } from "./cells";

/** What the chart shows, in words. */
export function balanceSentence(answer: Answer, view: View): string {
  const { format, texts } = view;
  const { rows } = tableOf(answer, "balance");
  const { from, to, grain } = answer.range;
  const [total] = tableOf(answer, "totals").rows;
  const unknown = rows.filter(isUnknown).length;
  const least = (value: number | undefined) => {
    if (value === undefined) return texts.unknown;
    return hasUnknown(total) ? texts.atLeast(format.energy(value)) : format.energy(value);
  };
  const used = total && numberOf(total, "consumption_wh");
  const exported = total && numberOf(total, "export_wh");
  const most = mostUsed(rows);
  return [
    texts.period.sentence(format.days(from, to), least(used), least(exported)),
    most && texts.period.most(stepText(textOf(most, "start"), grain, view), format.energy(most.used_wh)),
    unknown > 0 ? texts.period.unknownSteps(texts.period.steps(grain, unknown, format.count(unknown))) : undefined,
  ]
    .filter((each) => each !== undefined)
    .join(" ");
}

/** Whether a part of the passed time is not in the sums; a second of it is the edge of a reading. */
export const hasUnknown = (total: Row | undefined): boolean => unknownSeconds(total) > 1;

export function unknownSeconds(total: Row | undefined): number {
  if (total === undefined) return 0;
  const known = (numberOf(total, "covered_s") ?? 0) + (numberOf(total, "filled_s") ?? 0);
  return Math.max(0, (numberOf(total, "asked_s") ?? 0) - known);
}

function mostUsed(rows: readonly Row[]): (Row & { readonly used_wh: number }) | undefined {
  let most: (Row & { readonly used_wh: number }) | undefined;
  for (const row of rows) {
    const used_wh = numberOf(row, "consumption_wh");
    if (used_wh !== undefined && used_wh > (most?.used_wh ?? 0)) most = { ...row, used_wh };
  }
  return most;
}
