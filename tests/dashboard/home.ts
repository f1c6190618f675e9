/**
 * A home for the tests of the dashboard: a grid meter, a roof and a car, on days of 24 and 25 hours, with a gap that nothing
 * fills and the rest of a day still to come; and a second site with a day of 23 hours. Its views are asked through the dashboard's own server.
 */
import { compileTariffs } from "../../components/reference/tariffs/compile";
import type { StackConfig } from "../../config";
import { type DashboardOptions, serveDashboard } from "../../dashboard/server";
import type { Reading } from "../../functions/readings/reading";
import { readCatalog, withoutLive } from "../../sql/catalog";
import { liveReadings } from "../../sql/tables";
import type { Answer } from "../../tools/query/answer";
import { askWarehouse } from "../../tools/query/mirror";
import { type Lake, layOut, stackConfig, writeLake } from "../sql/lake";
import { type Mirror, openMirror } from "../sql/mirror";
import { tariffsOf } from "../sql/tariff-rows";

export const zone = "Europe/Warsaw";
/** The day of 25 hours. */
export const longDay = "2026-10-25";
/** The day of 23 hours, of the other site: where it is spring. */
export const shortDay = "2026-10-04";
/** The day with the gap, which has not ended. */
export const today = "2026-10-26";
/** 17:00 of it where the home is. */
export const now = Date.parse("2026-10-26T16:00:00Z");
const gap = [Date.parse("2026-10-26T07:00:00Z"), Date.parse("2026-10-26T10:30:00Z")] as const;

/** @param tariff - The home's plan; its bill is long to compute, so most tests have none. */
const configOf = (tariff: string | undefined) =>
  stackConfig(
    [
      {
        id: "home",
        ...(tariff && { tariff }),
        timezone: zone,
        currency: "PLN",
        meters: [
          {
            id: "em",
            model: "3EM",
            maxGap: "930 s",
            channels: [
              { index: 0, name: "Grid", role: "grid" },
              { index: 1, name: "Roof", role: "solar" },
              { index: 2, name: "Car", role: "load" },
            ],
          },
        ],
      },
      {
        id: "sydney",
        timezone: "Australia/Sydney",
        currency: "AUD",
        meters: [
          { id: "em-sydney", model: "EM", maxGap: "930 s", channels: [{ index: 0, name: "Grid", role: "grid" }] },
        ],
      },
    ],
    "2026-10-01",
    "2026-10-31",
  );

/** Of the home, and of the other site. */
const spans = [
  ["em", "2026-10-22T22:00:00Z", "2026-10-26T16:00:00Z"],
  ["em-sydney", "2026-10-03T14:00:00Z", "2026-10-04T13:00:00Z"],
] as const;
const stepMs = 600_000;

/** Watts at an hour of the UTC day: a sun at noon, a house that is busy in the evening, a car that charges at night. */
function powers(instant: number): readonly [grid: number, solar: number, car: number] {
  const hour = (instant / 3_600_000) % 24;
  const day = Math.floor(instant / 86_400_000);
  const solar = Math.round(Math.max(0, Math.sin(((hour - 5) / 12) * Math.PI)) * (2200 + (day % 3) * 600));
  const car = hour >= 1 && hour < 3 ? 3600 : 0;
  const house = 250 + (hour > 15 && hour < 21 ? 1400 : 0) + (day % 4) * 40 + car;
  return [house - solar, solar, car];
}

/** Of each meter from one instant to another, every ten minutes. */
export function readingsOf(given: readonly (readonly [device: string, from: string, to: string])[]): Reading[] {
  const all: Reading[] = [];
  for (const [device, from, to] of given)
    for (let instant = Date.parse(from); instant <= Date.parse(to); instant += stepMs) {
      if (instant > gap[0] && instant < gap[1]) continue;
      const ts = new Date(instant).toISOString();
      const channels = device === "em" ? powers(instant) : [400];
      for (const [channel, power_w] of channels.entries()) all.push({ ts, device, channel, power_w });
    }
  return all;
}

/** What many questions are made of: DuckDB would plan each of them anew, from the readings on. */
const kept = ["slot_estimates", "netted_export", "billed_energy", "bill", "cost_slots"];

export interface Home {
  readonly mirror: Mirror;
  readonly url: string;
  /** What the views have answered to the page. */
  readonly answers: readonly { readonly sql: string; readonly rows: Answer["rows"] }[];
  /** What the live path brings, `seconds` before now: watts of grid, roof and car. */
  publish(seconds: number, powers: readonly [grid: number, solar: number, car: number]): Promise<void>;
  close(): Promise<void>;
}

export interface HomeOptions extends Partial<DashboardOptions> {
  /** The home's plan. @default none */
  readonly tariff?: string;
  /** Another home. */
  readonly given?: {
    readonly config: StackConfig;
    readonly readings: readonly Reading[];
    /** Tables of the lake beside those that the readings make. */
    readonly tables?: Partial<Lake>;
  };
}

/** With or without the live path, as its catalog says. */
export async function openHome({ tariff, given, ...options }: HomeOptions = {}): Promise<Home> {
  const { config, readings, tables } = given ?? { config: configOf(tariff), readings: readingsOf(spans) };
  const { catalog = withoutLive(readCatalog()) } = options;
  const mirror = await openMirror(catalog, kept);
  const lake = { ...(await layOut(config, readings)), ...tariffsOf(compileTariffs(config)), ...tables };
  await mirror.replaceFiles(() => writeLake(lake, mirror.directory));
  const source = askWarehouse(mirror.warehouse, "Asked the tests' mirror.");
  const answers: Home["answers"][number][] = [];
  const dashboard = await serveDashboard({
    source: {
      ...source,
      async ask(sql, parameters) {
        const answer = await source.ask(sql, parameters);
        answers.push({ sql, rows: answer.rows });
        return answer;
      },
    },
    catalog,
    ...{ now: () => now, livePauseMs: 100 },
    ...options,
  });
  return {
    ...{ mirror, answers },
    url: dashboard.url,
    publish: (seconds, values) => {
      const ts = new Date(now - seconds * 1000).toISOString();
      const rows = values.map((power_w, channel) => ({ device: "em", channel, power_w, ts }));
      return mirror.warehouse.append(
        liveReadings,
        rows.map((row) => ({ ...row, site: "home", date: today, received: ts })),
      );
    },
    async close() {
      await dashboard.close();
      mirror.close();
    },
  };
}
