/** evcc's configuration: `tariffs.grid` and `tariffs.feedin` of the types that have their prices in the file itself. */
import { z } from "zod";
import { parsedOf } from "../../../../configuration/tariffs/fault";
import { readYaml } from "../../../../configuration/yaml-file";
import { type PlanFormat, refuse, type SourceFile } from "../format";
import type { ImportOptions } from "../options";
import { type DraftComponent, type DraftPlan, type DraftVersion, importedFrom, openPoints, versionOf } from "./draft";
import { type Zone, zoneGrid } from "./evcc-zones";
import { bandsIn, conditionsIn, type GridConditions } from "./week-grid";

const zones = () => {
  // Hours like 5 or 1 are numbers to YAML.
  const words = z.union([z.string(), z.number().transform(String)]).default("");
  const price = z.number("must be a price");
  return z.array(z.strictObject({ price, days: words, hours: words, months: words })).default([]);
};

const tariff = () =>
  z.looseObject({
    type: z.string(),
    template: z.string().optional(),
    price: z.number().optional(),
    zones: zones(),
    charges: z.number().default(0),
    chargesZones: zones(),
    tax: z.number().default(0),
    formula: z.string().optional(),
  });
type Tariff = z.output<ReturnType<typeof tariff>>;

const file = () =>
  z.object({
    tariffs: z.object({ currency: z.string().optional(), grid: tariff().optional(), feedin: tariff().optional() }),
  });

const fixedTypes = ["fixed", "fixed-zones"];
const formulas = ["(price+charges)*(1+tax)", "math.Max((price+charges)*(1+tax),0.0)"];

export const evcc: PlanFormat = {
  name: "evcc",
  kind: "plan",
  isLike({ json, text }) {
    return json === undefined && /^tariffs:/m.test(text);
  },
  read(source, options, today) {
    const { currency: told, grid, feedin } = parsedOf(source.path, file(), readYaml(source.path)).tariffs;
    if (!grid && !feedin) throw refuse(source, "has neither tariffs.grid nor tariffs.feedin");
    const read = [
      ...(grid ? componentsOf(source, options, grid, importNames) : []),
      ...(feedin ? componentsOf(source, options, feedin, exportNames) : []),
    ];
    const plan: DraftPlan = {
      id: options.name,
      name: options.name,
      currency: options.currency ?? told ?? "EUR",
      timezone: options.timezone,
      description: "Imported from evcc.",
      sources: { [importedFrom]: { title: "A configuration of evcc", date: today } },
      seasons: Object.assign({}, ...read.map(({ conditions }) => conditions.seasons)),
      components: read.map(({ component }) => component),
    };
    const isTaxed = [grid, feedin].some((one) => one && one.tax !== 0);
    return {
      plan,
      notes: [
        ...((told ?? options.currency) ? [] : ["evcc's currency is EUR where its file names none."]),
        ...(isTaxed ? ["evcc's tax is in the prices, which are with VAT."] : []),
      ],
      open: [
        ...openPoints(plan),
        "evcc knows no holidays: they are days as they fall.",
        "evcc knows no standing charges: add those of your bill.",
      ],
    };
  },
};

type Names = Readonly<Record<"energy" | "charges", Pick<DraftComponent, "id" | "name" | "kind" | "direction">>>;

const importNames: Names = {
  energy: { id: "energy", name: "Energy", kind: "energy" },
  charges: { id: "charges", name: "Charges", kind: "network" },
};
const exportNames: Names = {
  energy: { id: "feed-in", name: "Feed-in", kind: "feed_in", direction: "export" },
  charges: { id: "feed-in-charges", name: "Feed-in charges", kind: "feed_in", direction: "export" },
};

function componentsOf(source: SourceFile, options: ImportOptions, tariff: Tariff, names: Names) {
  const { type, template = type, price, formula, tax, charges, chargesZones } = tariff;
  if (!fixedTypes.includes(template))
    throw refuse(source, `has the type ${template}, whose prices evcc asks for as it runs: import them as a series`);
  if (formula !== undefined && !formulas.includes(formula.replace(/\s/g, "")))
    throw refuse(source, `has the formula ${formula}, which a plan cannot say`);
  if (price === undefined) throw refuse(source, `has no price for the time outside of its zones`);
  const version = versionOf(options, { prices: "gross" });
  const hasCharges = charges !== 0 || chargesZones.length > 0;
  return [
    bandedComponent(source, names.energy, version, { price, zones: tariff.zones, tax }),
    ...(hasCharges
      ? [bandedComponent(source, names.charges, version, { price: charges, zones: chargesZones, tax })]
      : []),
  ];
}

interface Priced {
  readonly price: number;
  readonly zones: readonly Zone[];
  readonly tax: number;
}

function bandedComponent(
  source: SourceFile,
  names: Names["energy"],
  version: DraftVersion,
  { price, zones, tax }: Priced,
): { component: DraftComponent; conditions: GridConditions } {
  const taxed = (value: number) => Number((value * (1 + tax)).toPrecision(12));
  const grid = gridFor(source, zones);
  const conditions = conditionsIn(grid);
  const bands = [price, ...zones.map((zone) => zone.price)].map((value, at) => ({
    name: at === 0 ? "default" : `zone-${at}`,
    price: taxed(value),
  }));
  const pricing = zones.length === 0 ? { price: taxed(price) } : { bands: bandsIn(grid, conditions, bands) };
  return { component: { ...names, versions: [{ ...version, ...pricing }] }, conditions };
}

function gridFor(source: SourceFile, zones: readonly Zone[]) {
  try {
    return zoneGrid(zones);
  } catch (error) {
    throw refuse(source, error instanceof Error ? error.message : String(error));
  }
}
