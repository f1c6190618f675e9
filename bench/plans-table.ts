/** The plans of `tariffs/` as a table for docs/tariffs.md: what each file says of itself. */
import { readTariff, type Tariff, tariffNames } from "../configuration/tariffs";

export function plansTable(): string {
  const rows = tariffNames().map((name) => {
    const plan = readTariff(name);
    const cells = [`[${name}](../tariffs/${name}.yaml)`, plan.name, plan.currency, examplesOf(plan), sourcesOf(plan)];
    return `| ${cells.join(" | ")} |`;
  });
  return ["| plan | name | currency | example prices | sources |", "|---|---|---|---|---|", ...rows].join("\n");
}

/** Of the versions that hold last: which prices no source gave. */
function examplesOf({ components }: Tariff): string {
  const examples = components.filter(({ versions }) => versions.at(-1)?.example);
  if (examples.length === components.length) return "all";
  return examples.length === 0 ? "none" : examples.map(({ id }) => id).join(", ");
}

const sourcesOf = ({ sources }: Tariff) =>
  Object.values(sources)
    .map(({ title, date, url }) => `${url === undefined ? title : `[${title}](${url})`}, ${date}`)
    .join("; ");
