/** A lake of sites with random contracts and loads, and the bills of each by both calculations. */

import fc, { type Arbitrary } from "fast-check";
import { Temporal } from "temporal-polyfill";
import { compileTariffs } from "../../components/reference/tariffs/compile";
import { readTariff, type Tariff } from "../../configuration/tariffs";
import type { PlanFolder } from "../configuration/tariffs/plan-folder";
import { type Lake, layOut, stackConfig } from "../sql/lake";
import { holds, type Load, load, readingsOf } from "./random-load";
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
  /** By site. */
  readonly contracts: ReadonlyMap<string, Contract>;
}

export async function sceneryOf(drawn: readonly Drawn[], scene: Scene, folder: PlanFolder): Promise<Scenery> {
  const lastDay = Temporal.PlainDate.from(scene.until).subtract({ days: 1 }).toString();
  const contracts = new Map(
    drawn.map(({ contract, text }, at) => [idOf(at), { ...contract, plan: read(text, at, folder) }]),
  );
  const meter = (id: string) => ({ id, model: "3EM", ...holds, channels: [{ index: 0, name: "Grid", role: "grid" }] });
  const sites = [...contracts.keys()].map((id) => ({
    id,
    timezone: "Europe/Warsaw",
    currency: "PLN",
    meters: [meter(id)],
  }));
  const config = stackConfig(sites, scene.from, lastDay);
  const readings = drawn.flatMap(({ load, days }, at) => {
    const first = Temporal.PlainDate.from(scene.from);
    const ends = [first.add({ days }), Temporal.PlainDate.from(scene.until)].map((day) => msOf(day));
    return readingsOf(load, idOf(at), msOf(first), Math.min(...ends));
  });
  const rows = compileTariffs(
    {
      ...config,
      sites: config.sites.map((site) => {
        const contract = contracts.get(site.id);
        if (contract === undefined) throw new Error(`${site.id} has no contract`);
        return { ...site, tariff: [{ ...contract, plan: site.id }] };
      }),
    },
    (name) => contracts.get(name)?.plan ?? readTariff(name),
  );
  const lake = {
    ...(await layOut(config, readings)),
    billing_periods: rows.billingPeriods.map((row) => ({ ...row })),
    tariff_windows: rows.tariffWindows.map((row) => ({ ...row })),
    tariff_blocks: rows.tariffBlocks.map((row) => ({ ...row })),
    tariff_charges: rows.tariffCharges.map((row) => ({ ...row })),
    tariff_demand: rows.tariffDemand.map((row) => ({ ...row })),
  };
  return { lake, contracts };
}

const msOf = (day: Temporal.PlainDate) => day.toZonedDateTime("Europe/Warsaw").epochMilliseconds;

/** The plan of a site has its name. */
function read(text: PlanText, at: number, folder: PlanFolder): Tariff {
  folder.write(`${idOf(at)}.yaml`, JSON.stringify({ id: idOf(at), ...text }));
  return readTariff(idOf(at), folder.path);
}

export const slotsQuery =
  "SELECT site, slot_start, import_wh, export_wh FROM `wattlake.site_slots` ORDER BY site, slot_start";
export const billQuery = "SELECT * FROM `wattlake.bill` ORDER BY site, period_start, line";
