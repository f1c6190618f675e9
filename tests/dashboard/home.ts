/**
 * A home for the tests of the dashboard: a grid meter, a roof and a car, on days of 23, 24 and 25 hours, with a gap that nothing
 * fills and the rest of a day still to come. Its views are asked through the dashboard's own server.
 */
import { once } from "node:events";
import { createAdaptorServer } from "@hono/node-server";
import { compileTariffs } from "../../components/reference/tariffs/compile";
import { type AppOptions, createApp } from "../../dashboard/server/app";
import { bundlePage } from "../../dashboard/server/bundle";
import type { Reading } from "../../functions/readings/reading";
import { readCatalog, withoutLive } from "../../sql/catalog";
import { liveReadings } from "../../sql/tables";
import { askWarehouse } from "../../tools/query/mirror";
import { layOut, stackConfig, writeLake } from "../sql/lake";
import { type Mirror, openMirror } from "../sql/mirror";
import { tariffsOf } from "../sql/tariff-rows";
import { arrivals } from "./arrivals";

export const zone = "Europe/Warsaw";
/** The day of 25 hours. */
export const longDay = "2026-10-25";
/** The day of 23 hours. */
export const shortDay = "2026-03-29";
/** The day with the gap, which has not ended. */
export const today = "2026-10-26";
/** The day in whose night the car's counter stands still. */
export const disputedNight = "2026-10-24";
/** 17:00 of it where the home is. */
export const now = Date.parse("2026-10-26T16:00:00Z");
const gap = [Date.parse("2026-10-26T07:00:00Z"), Date.parse("2026-10-26T10:30:00Z")] as const;

/** It has a plan from the day of 23 hours on, with a dear and a cheap band. */
const tariff = [{ plan: "pl-g12w-tauron", from: shortDay }];
const compare = ["pl-g11", "pl-g11-prosumer"];
const config = stackConfig(
  [
    {
      id: "home",
      timezone: zone,
      currency: "PLN",
      tariff,
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
  ],
  "2026-03-01",
  "2026-10-31",
);

const spans = [
  ["2026-03-27T23:00:00Z", "2026-03-30T22:00:00Z"],
  ["2026-10-22T22:00:00Z", "2026-10-26T16:00:00Z"],
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

/** The car's counter, which fills its gap; in one night it stands still while the car charges. */
function carCounter(instant: number): Pick<Reading, "import_counter_wh"> {
  const day = Math.floor(instant / 86_400_000);
  const charged = Math.min(Math.max((instant % 86_400_000) / 3_600_000 - 1, 0), 2);
  const isStill = day >= Math.floor(Date.parse(disputedNight) / 86_400_000);
  return { import_counter_wh: 7200 * (day - (isStill ? 1 : 0)) + (isStillAt(instant) ? 7200 : 3600 * charged) };
}

const isStillAt = (instant: number) => new Date(instant).toISOString().startsWith(disputedNight);

function readings(): Reading[] {
  const all: Reading[] = [];
  for (const [from, to] of spans)
    for (let instant = Date.parse(from); instant <= Date.parse(to); instant += stepMs) {
      if (instant > gap[0] && instant < gap[1]) continue;
      const ts = new Date(instant).toISOString();
      for (const [channel, power_w] of powers(instant).entries())
        all.push({ ts, device: "em", channel, power_w, ...(channel === 2 && carCounter(instant)) });
    }
  return all;
}

/** What many questions are made of: DuckDB plans each of them anew otherwise, from the readings on. */
const kept = ["slot_estimates", "netted_export", "billed_energy", "bill", "cost_slots"];

export interface Home {
  readonly mirror: Mirror;
  readonly url: string;
  /** What the live path brings, `seconds` before now: watts of grid, roof and car. */
  publish(seconds: number, powers: readonly [grid: number, solar: number, car: number]): Promise<void>;
  close(): Promise<void>;
}

/** With or without the live path, as its catalog says. */
export async function openHome(options: Partial<AppOptions> = {}): Promise<Home> {
  const { catalog = withoutLive(readCatalog()) } = options;
  const mirror = await openMirror(catalog, kept);
  const lake = await layOut(config, readings());
  const tariffs = tariffsOf(compileTariffs({ ...config, tariffs: { ...config.tariffs, compare } }));
  await mirror.replaceFiles(() => writeLake({ ...lake, ...tariffs, hour_manifests: arrivals() }, mirror.directory));
  const { app, close } = createApp({
    source: askWarehouse(mirror.warehouse, "Asked the tests' mirror."),
    catalog,
    page: await bundlePage(),
    ...{ now: () => now, livePauseMs: 100 },
    ...options,
  });
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    mirror,
    url: `http://127.0.0.1:${address.port}`,
    publish: (seconds, values) => {
      const ts = new Date(now - seconds * 1000).toISOString();
      const rows = values.map((power_w, channel) => ({ device: "em", channel, power_w, ts }));
      return mirror.warehouse.append(
        liveReadings,
        rows.map((row) => ({ ...row, site: "home", date: today, received: ts })),
      );
    },
    async close() {
      close();
      const closed = once(server, "close");
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
      mirror.close();
    },
  };
}
