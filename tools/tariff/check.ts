/** What there is to say of a plan without a mistake: how long its parts are valid, and which prices are an example. */
import type { Tariff } from "../../configuration/tariffs";
import { provenanceOf, sourceLines, validityOf } from "./provenance";

export function checkText(tariff: Tariff): string {
  const { id, name, components, calendarDays } = tariff;
  const lines = components.flatMap((component) => [
    `  ${component.name} (${component.kind})`,
    ...component.versions.map((version) => `    ${validityOf(version)}: ${provenanceOf(version)}`),
  ]);
  const calendar = calendarDays ? [`Holidays are known until ${calendarDays.until} (${calendarDays.name}).`] : [];
  return [`${id}, ${name}: no mistake found.`, ...lines, ...calendar, ...sourceLines(tariff)].join("\n");
}
