/** A plan as far as its source tells it: what is open has no value, so `npm run tariff -- check` refuses it until it is filled in. */
import type { z } from "zod";
import type { plan } from "../../../../configuration/tariffs/plan-schema";
import type { ImportOptions } from "../options";

type PlanInput = z.input<ReturnType<typeof plan>>;
type ComponentInput = PlanInput["components"][number];
type VersionInput = ComponentInput["versions"][number];

/** All of a plan, but these may be open. */
type Opened<Type, Keys extends keyof Type> = Omit<Type, Keys> & { [Key in Keys]?: Type[Key] | undefined };

export type DraftVersion = Opened<VersionInput, "from" | "vat">;
export type DraftComponent = Omit<ComponentInput, "versions"> & { readonly versions: readonly DraftVersion[] };
export type DraftPlan = Opened<Omit<PlanInput, "components">, "timezone" | "currency"> & {
  readonly components: readonly DraftComponent[];
};
export type DraftBand = NonNullable<VersionInput["bands"]>[number];
export type DraftCondition = NonNullable<DraftBand["when"]>[number];

/** Of the one source that an imported plan has. */
export const importedFrom = "imported";

/** What all versions of an imported plan share. */
export function versionOf(
  options: ImportOptions,
  source: { from?: string | undefined; until?: string | undefined; prices: "net" | "gross" },
): DraftVersion {
  return {
    from: options.from ?? source.from,
    until: source.until,
    source: importedFrom,
    vat: options.vat,
    prices: options.prices ?? source.prices,
  };
}

/** What is missing of what each plan must tell. */
export function openPoints({ timezone, currency, components }: DraftPlan): string[] {
  const [version] = components[0]?.versions ?? [];
  return [
    ...(timezone === undefined ? ["The plan's timezone is not told (--timezone)."] : []),
    ...(currency === undefined ? ["The plan's currency is not told (--currency)."] : []),
    ...(version?.from === undefined ? ["The first day of its versions, from, is not told (--from)."] : []),
    ...(version?.vat === undefined ? ["The vat of its versions is not told (--vat)."] : []),
  ];
}
