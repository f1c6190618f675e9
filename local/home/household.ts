/** The simulated home: what a site uses and what its roof makes at any instant, drawn from the site's id. */
import { Temporal } from "temporal-polyfill";
import type { Site } from "../../config";
import { applianceSpans, carSpans, heatPumpSpans, type Span } from "./appliances";
import { between, chance, smooth } from "./random";
import { clearSkyShare, sunElevationSine } from "./sun";

export type Channel = Site["meters"][number]["channels"][number];

export interface Household {
  /** W at the clamp of the channel at the instant (ms); + is import. */
  power(channel: Channel, instant: number): number;
}

const minuteMs = 60_000;
const dayMinutes = 1440;
/** A site without a location stands here (Frankfurt). */
const somewhere = { latitude: 50.1, longitude: 8.7 };

type SpansOf = (seed: string, date: string) => readonly Span[];

export function createHousehold(site: Site): Household {
  const { latitude, longitude } = site.location ?? somewhere;
  const loads = site.meters.flatMap(({ channels }) => channels).filter(({ role }) => role === "load");
  const spanLoads = loads.flatMap(({ name }) => spansByName(name) ?? []);
  const sharing = (role: Channel["role"]) =>
    site.meters.flatMap(({ channels }) => channels).filter((channel) => channel.role === role).length;
  const shares = { grid: sharing("grid"), solar: sharing("solar") };
  const peak = Math.round(between(4000, 6000, site.id, "roof"));
  const curves = new Map<SpansOf, (instant: number) => number>();
  const curveOf = (spansOf: SpansOf) => {
    const curve = curves.get(spansOf) ?? spanCurve(site.id, site.timezone, spansOf);
    curves.set(spansOf, curve);
    return curve;
  };

  const solar = (instant: number) => {
    const share = clearSkyShare(sunElevationSine(instant, latitude, longitude));
    if (share === 0) return 0;
    const minute = instant / minuteMs;
    const day = smooth(minute, dayMinutes, site.id, "weather");
    const clouds = smooth(minute, 23, site.id, "cloud") * (1 - day);
    return peak * share * (1 - 0.8 * clouds);
  };
  const house = (instant: number) => {
    const minute = instant / minuteMs;
    const fridge = (minute + Math.floor(chance(site.id, "fridge") * 55)) % 55 < 17 ? 95 : 0;
    return 130 + 45 * smooth(minute, 7, site.id, "base") + fridge + curveOf(applianceSpans)(instant);
  };
  const consumption = (instant: number) =>
    spanLoads.reduce((sum, spansOf) => sum + curveOf(spansOf)(instant), house(instant));

  return {
    power({ role, name }, instant) {
      if (role === "solar") return solar(instant) / shares.solar;
      // The simulated home has no battery: a channel of one stands still.
      if (role === "battery") return 0;
      if (role === "grid") return (consumption(instant) - solar(instant)) / shares.grid;
      const spansOf = spansByName(name);
      return spansOf ? curveOf(spansOf)(instant) : consumption(instant);
    },
  };
}

/** A load that its name says is one big appliance; any other load channel is the whole house. */
function spansByName(name: string): SpansOf | undefined {
  if (/\b(car|ev|charger|wallbox)\b/i.test(name)) return carSpans;
  return /heat/i.test(name) ? heatPumpSpans : undefined;
}

/** Sum of the spans that are on, by local day; a span may reach into the next day. */
function spanCurve(seed: string, timeZone: string, spansOf: SpansOf): (instant: number) => number {
  let today: { start: number; end: number; minutes: Float64Array } | undefined;
  const load = (instant: number) => {
    const start = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).startOfDay();
    const date = start.toPlainDate();
    const minutes = new Float64Array(dayMinutes + 60);
    for (const [spans, offset] of [
      [spansOf(seed, date.subtract({ days: 1 }).toString()), -dayMinutes],
      [spansOf(seed, date.toString()), 0],
    ] as const)
      for (const { from, to, power_w } of spans)
        for (let minute = Math.max(0, from + offset); minute < to + offset && minute < minutes.length; minute++)
          minutes[minute] = (minutes[minute] ?? 0) + power_w;
    return { start: start.epochMilliseconds, end: start.add({ days: 1 }).epochMilliseconds, minutes };
  };
  return (instant) => {
    if (!today || instant < today.start || instant >= today.end) today = load(instant);
    return today.minutes[Math.floor((instant - today.start) / minuteMs)] ?? 0;
  };
}
