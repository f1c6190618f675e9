/**
 * `npm run bench -- tariffs`: what the real year and the real capture would cost under every plan of `tariffs/`. The dates are
 * the recorded ones, at the same hours of each plan's winter clock.
 */
import { z } from "zod";
import type { StackConfig } from "../config";
import { readTariff, type Tariff, tariffNames } from "../configuration/tariffs";
import { captureConfig, captureFolder, captureReadings, hasCapture } from "../tests/sql/capture";
import { stackConfig } from "../tests/sql/lake";
import { counterReadings, hasYear, increments, yearConfig, yearFiles, yearFolder } from "../tests/sql/year";
import { withLoad } from "./loads";
import { writePage } from "./marked-page";
import { plansTable } from "./plans-table";

/** kW, or kVA, where a plan asks for a contracted power. */
const contracted = 5;

export const yearLoad = () => ({
  recorded: yearConfig,
  readings: yearFiles.map(increments).flatMap((list, channel) => counterReadings(channel, list)),
  from: "2024-05-30",
  until: "2025-05-20",
});
const captureLoad = () => ({
  recorded: captureConfig("hold"),
  readings: captureReadings(),
  from: "2025-06-01",
  until: "2025-06-07",
});

const billRow = z.object({
  plan: z.string(),
  currency: z.string(),
  used: z.number().nullable(),
  earned: z.number().nullable(),
  gross: z.number().nullable(),
});

/** A row a plan, as Markdown. */
export async function costTable({ recorded, readings, from, until }: ReturnType<typeof yearLoad>): Promise<string> {
  const plans = tariffNames().map((name) => readTariff(name));
  const given = givenTo(plans, from, until);
  const hours = new Map(
    plans.map((plan) => [plan.id, winterHours(recorded.sites[0]?.timezone ?? "UTC") - winterHours(plan.timezone)]),
  );
  const rows = await withLoad({ recorded, readings, given, hoursOf: (site) => hours.get(site) ?? 0 }, (warehouse) =>
    warehouse.query(`
      SELECT
        plan, currency,
        SUM(IF(unit = 'kWh' AND direction = 'import', gross, 0)) AS used,
        SUM(IF(direction = 'export', gross, 0)) AS earned,
        SUM(gross) AS gross
      FROM \`wattlake.bill\` GROUP BY plan, currency ORDER BY plan`),
  );
  const cells = z
    .array(billRow)
    .parse(rows)
    .map(
      ({ plan, currency, used, earned, gross }) =>
        `| ${[plan, currency, money(used), money(earned), money(gross)].join(" | ")} |`,
    );
  return ["| plan | | by use | for export | the whole bill |", "|---|---|---|---|---|", ...cells].join("\n");
}

const money = (value: number | null) => (value === null ? "-" : (Math.round(value * 100) / 100 + 0).toFixed(2));

/** A site for each plan, which it pays by on these days. */
function givenTo(plans: readonly Tariff[], from: string, until: string): StackConfig {
  const sites = plans.map((plan) => ({
    ...{ id: plan.id, timezone: plan.timezone, currency: plan.currency },
    tariff: [{ plan: plan.id, from, until, ...contractedPower(plan) }],
    meters: [{ id: `em-${plan.id}`, model: "EM", channels: [{ index: 0, name: "Grid", role: "grid" }] }],
  }));
  return stackConfig(sites, from, until);
}

/** The same for each period of the plan. */
function contractedPower({ components }: Tariff) {
  const fixed = components.flatMap(({ versions }) => versions.flatMap((version) => version.fixed ?? []));
  const powers = fixed.filter(({ per }) => /^k(w|va)_/.test(per));
  const periods = powers.flatMap(({ powerPeriod }) => powerPeriod ?? []);
  if (powers.length === 0) return {};
  return {
    contractedPower: periods.length === 0 ? contracted : Object.fromEntries(periods.map((name) => [name, contracted])),
  };
}

/** Hours that a zone's clock is ahead of UTC without summer time. */
function winterHours(timeZone: string): number {
  const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  const offsets = [0, 6].map((month) => {
    const name =
      format.formatToParts(Date.UTC(2025, month, 1)).find(({ type }) => type === "timeZoneName")?.value ?? "";
    return Number(/GMT([+-]\d+)/.exec(name)?.[1] ?? 0);
  });
  return Math.min(...offsets);
}

export const yearTable = () => costTable(yearLoad());
export const captureTable = () => costTable(captureLoad());

export async function runTariffsBench(): Promise<void> {
  if (!hasYear) throw new Error(`the real year is not at ${yearFolder}`);
  if (!hasCapture) throw new Error(`the real capture is not at ${captureFolder}`);
  const tables = { plans: plansTable(), "capture's cost": await captureTable(), "year's cost": await yearTable() };
  console.log(Object.values(tables).join("\n\n"));
  if (process.argv.includes("--write")) writePage("tariffs.md", tables);
}
