/** Plans of a test, as the schema reads them, and their rows at one site. */
import { compileTariffs } from "../../../components/reference/tariffs/compile";
import type { TariffRows } from "../../../components/reference/tariffs/rows";
import { parseConfig } from "../../../config";
import type { Contract } from "../../../configuration/contracts";
import type { Tariff } from "../../../configuration/tariffs";
import { plan } from "../../../configuration/tariffs/plan-schema";

/** A plan of these components in Poland; `keys` are the plan's other ones. */
export function planOf(components: readonly object[], keys: object = {}): Tariff {
  const text = { id: "test", name: "Test", currency: "PLN", timezone: "Europe/Warsaw", description: "For a test." };
  return {
    ...plan().parse({ ...text, ...keys, components }),
    holidayDates: new Set(),
    prices: new Map(),
    states: new Map(),
  };
}

/** A component of one version since 2020 without VAT, unless said otherwise. */
export const component = (version: object, keys: object = {}) => ({
  ...{ id: "energy", name: "Energy", kind: "energy", ...keys },
  versions: [{ from: "2020-01-01", example: true, vat: 0, ...version }],
});

export interface Case {
  readonly plan: Tariff;
  /** `[from, to]`, both included. */
  readonly calendar: readonly [string, string];
  readonly contract?: Omit<Contract, "plan">;
}

/** The plan is that of the site `home`. */
export function rowsOf({ plan, calendar: [from, to], contract = {} }: Case): TariffRows {
  const meters = [{ id: "shellyem-A", model: "EM", channels: [{ index: 0, name: "Grid", role: "grid" }] }];
  const site = { id: "home", timezone: plan.timezone, currency: plan.currency, meters };
  const { sites, ...rest } = parseConfig({ sites: [site], warehouse: { calendar: { from, to } } });
  const [home] = sites;
  if (home === undefined) throw new Error("there is no site");
  return compileTariffs({ ...rest, sites: [{ ...home, tariff: [{ ...contract, plan: plan.id }] }] }, () => plan);
}
