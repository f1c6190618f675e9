/** Sites with random contracts and loads: what the warehouse knows of them, and what the second calculation is given. */

import fc, { type Arbitrary } from "fast-check";
import { Temporal } from "temporal-polyfill";
import { compileTariffs } from "../../components/reference/tariffs/compile";
import { readTariff, type Tariff } from "../../configuration/tariffs";
import { type Catalog, readCatalog, withoutLive } from "../../sql/catalog";
import type { PlanFolder } from "../configuration/tariffs/plan-folder";
import { type Lake, layOut, stackConfig } from "../sql/lake";
import { tariffsOf } from "../sql/tariff-rows";
import { type Load, load, type SiteSlot, slotsOf } from "./random-load";
import { type PlanText, planText, type Scene } from "./random-plan";
import type { Contract } from "./second-calculation";

export interface Drawn {
  readonly text: PlanText;
  readonly load: Load;
  readonly contract: Omit<Contract, "plan">;
  /** Local days of the load, from the scene's first on; the others are not known. */
  readonly days: number;
}

export function drawn(scene: Scene): Arbitrary<Drawn> {
  const end = (days: number) => Temporal.PlainDate.from(scene.until).subtract({ days }).toString();
  const start = (days: number) => Temporal.PlainDate.from(scene.from).add({ days }).toString();
  return fc.record({
    text: planText(scene),
    load,
    contract: fc.record(
      {
        from: fc.constantFrom(0, 0, 1, 3).map(start),
        until: fc.constantFrom(0, 0, 2).map(end),
        contractedPower: fc.constant(4.6),
        annualUse: fc.constantFrom(100, 500, 4000),
      },
      { requiredKeys: ["from", "until", "contractedPower"] },
    ),
    days: fc.constantFrom(100, 100, 3),
  });
}

const idOf = (index: number) => `s${index}`;

export interface Scenery {
  readonly lake: Lake;
  readonly slots: readonly SiteSlot[];
  /** By site. */
  readonly contracts: ReadonlyMap<string, Contract>;
}

export async function sceneryOf(drawn: readonly Drawn[], scene: Scene, folder: PlanFolder): Promise<Scenery> {
  const contracts = new Map(
    drawn.map(({ contract, text }, at) => [idOf(at), { ...contract, plan: read(text, at, folder) }]),
  );
  const slots = drawn.flatMap(({ load, days }, at) => {
    const first = Temporal.PlainDate.from(scene.from);
    const ends = [first.add({ days }), Temporal.PlainDate.from(scene.until)].map(msOf);
    return slotsOf(load, idOf(at), timezone, msOf(first), Math.min(...ends));
  });
  return { lake: await lakeOf(contracts, slots, scene.from, scene.until), slots, contracts };
}

/** What the warehouse of `moneyCatalog` knows of sites with these contracts and slots, over the days `from` to before `until`. */
export async function lakeOf(
  contracts: ReadonlyMap<string, Contract>,
  slots: readonly SiteSlot[],
  from: string,
  until: string,
): Promise<Lake> {
  const sites = [...contracts].map(([id, { plan }]) => ({
    ...{ id, timezone: plan.timezone, currency: plan.currency },
    meters: [{ id, model: "3EM", channels: [{ index: 0, name: "Grid", role: "grid" }] }],
  }));
  const config = stackConfig(sites, from, Temporal.PlainDate.from(until).subtract({ days: 1 }).toString());
  const plans = new Map([...contracts.values()].map(({ plan }) => [plan.id, plan]));
  const rows = compileTariffs(
    {
      ...config,
      sites: config.sites.map((site) => {
        const contract = contracts.get(site.id);
        if (contract === undefined) throw new Error(`${site.id} has no contract`);
        return { ...site, tariff: [{ ...contract, plan: contract.plan.id }] };
      }),
    },
    (name) => plans.get(name) ?? readTariff(name),
  );
  const lake = { ...(await layOut(config, [])), site_slots: slots, ...tariffsOf(rows) };
  return lake;
}

const timezone = "Europe/Warsaw";
const msOf = (day: Temporal.PlainDate) => day.toZonedDateTime(timezone).epochMilliseconds;

/** The plan of a site has its name. */
function read(text: PlanText, at: number, folder: PlanFolder): Tariff {
  folder.write(`${idOf(at)}.yaml`, JSON.stringify({ id: idOf(at), ...text }));
  return readTariff(idOf(at), folder.path);
}

/** The views with the slots of the sites as a table: what they are made of is tested elsewhere, and is slow. */
export function moneyCatalog(): Catalog {
  const { views, nativeTables: _, ...rest } = withoutLive(readCatalog());
  const slots = views.find(({ name }) => name === "site_slots");
  if (slots === undefined) throw new Error("there is no view site_slots");
  const { name, description, columns } = slots;
  return {
    ...rest,
    nativeTables: [{ name, description, columns, partition: { column: "date" } }],
    views: views.filter((view) => view !== slots),
  };
}

export const billQuery = "SELECT * FROM `wattlake.bill` ORDER BY site, period_start, line";
