/** A cell of a table as text: by its column's unit, in the reader's locale. */
import type { Cell, Column, Grain } from "../api";
import type { View } from "../view";

export interface CellText {
  readonly text: string;
  readonly isNumber: boolean;
}

export function cellText(value: Cell | undefined, { name, unit }: Column, grain: Grain, view: View): CellText {
  const { format, texts } = view;
  if (value === null || value === undefined) return { text: "–", isNumber: false };
  if (typeof value === "number") return { text: numberText(value, unit, view), isNumber: true };
  if (typeof value === "boolean") return { text: value ? texts.yes : texts.no, isNumber: false };
  if (name === "quality") return { text: qualityText(value, view), isNumber: false };
  const words: Readonly<Record<string, Readonly<Record<string, string>> | undefined>> = texts.codes;
  const word = words[name]?.[value];
  if (word !== undefined) return { text: word, isNumber: false };
  if (name === "month") return { text: format.month(value), isNumber: false };
  if (name === "start") return { text: stepText(value, grain, view), isNumber: false };
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return { text: format.day(value), isNumber: false };
  if (/^\d{4}-\d{2}-\d{2}T/.test(value)) return { text: format.instant(Date.parse(value)), isNumber: false };
  return { text: value, isNumber: false };
}

function numberText(value: number, unit: string, { format, site }: View): string {
  if (unit === "Wh") return format.energy(value);
  if (unit === "W") return format.power(value);
  if (unit === "kW") return format.power(value * 1000);
  if (unit === "s") return format.duration(value);
  if (unit === "1") return format.share(value);
  if (unit === site.currency) return format.money(value);
  if (unit === `${site.currency}/kWh`) return format.price(value);
  return format.number(value);
}

export function qualityText(quality: string, { texts }: View): string {
  const names: Readonly<Record<string, string>> = texts.qualities;
  return names[quality] ?? quality;
}

/** When a step begins, as a row of a table says it. */
export function stepText(start: string, grain: Grain, { format }: View): string {
  if (grain === "slot") return format.time(Date.parse(start));
  if (grain === "hour") return format.instant(Date.parse(start));
  return grain === "day" ? format.day(start) : format.month(start);
}
