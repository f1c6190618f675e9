/** What runs in a house on a day: each appliance as switched-on spans, drawn from the house's seed and the local day. */
import { between, chance } from "./random";

/** On from `from` to `to` (minutes of the local day, may exceed 1440), drawing `power_w`. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly power_w: number;
}

interface Habit {
  readonly name: string;
  /** Probability of each possible use, and its earliest and latest start, minutes of the day. */
  readonly uses: readonly (readonly [probability: number, earliest: number, latest: number])[];
  /** The phases of one use: minutes and W. */
  readonly phases: readonly (readonly [minutes: number, power_w: number])[];
}

const hour = 60;

const habits: readonly Habit[] = [
  {
    name: "kettle",
    uses: [
      [0.95, 6.2 * hour, 7.5 * hour],
      [0.6, 10 * hour, 12 * hour],
      [0.9, 17 * hour, 20 * hour],
    ],
    phases: [[4, 2100]],
  },
  {
    name: "hob",
    uses: [
      [0.35, 12 * hour, 13 * hour],
      [0.85, 17.5 * hour, 19 * hour],
    ],
    phases: [
      [8, 1800],
      [22, 900],
    ],
  },
  {
    name: "oven",
    uses: [[0.3, 17 * hour, 19 * hour]],
    phases: [
      [12, 2400],
      [35, 800],
    ],
  },
  {
    name: "dishwasher",
    uses: [[0.65, 19.5 * hour, 22 * hour]],
    phases: [
      [18, 2000],
      [40, 60],
      [15, 1900],
      [30, 20],
    ],
  },
  {
    name: "washing",
    uses: [[0.4, 8 * hour, 16 * hour]],
    phases: [
      [20, 2000],
      [60, 180],
      [10, 450],
    ],
  },
  { name: "television", uses: [[0.9, 18.5 * hour, 20 * hour]], phases: [[170, 120]] },
  { name: "computer", uses: [[0.7, 8.5 * hour, 10 * hour]], phases: [[260, 90]] },
  {
    name: "light",
    uses: [
      [1, 18 * hour, 19.5 * hour],
      [0.8, 6 * hour, 6.6 * hour],
    ],
    phases: [
      [75, 140],
      [120, 80],
    ],
  },
];

/** The household's own appliances on a local day (`YYYY-MM-DD`). */
export function applianceSpans(seed: string, date: string): readonly Span[] {
  return habits.flatMap(({ name, uses, phases }) =>
    uses.flatMap(([probability, earliest, latest], use) => {
      if (chance(seed, name, date, use) >= probability) return [];
      return inSequence(Math.round(between(earliest, latest, seed, name, date, use, "start")), phases);
    }),
  );
}

/** A car that charges at 7.2 kW every third evening or so, past midnight. */
export function carSpans(seed: string, date: string): readonly Span[] {
  if (chance(seed, "car", date) >= 0.4) return [];
  const start = Math.round(between(21 * hour, 23.5 * hour, seed, "car", date, "start"));
  return inSequence(start, [[Math.round(between(80, 260, seed, "car", date, "length")), 7200]]);
}

/** A heat pump: hot water twice a day, and heating in cycles that grow longer in the cold months. */
export function heatPumpSpans(seed: string, date: string): readonly Span[] {
  const water = [4 * hour, 13 * hour].flatMap((start, use) =>
    inSequence(Math.round(start + between(0, 50, seed, "water", date, use)), [[35, 1900]]),
  );
  // Coldest at the end of January, no heating around July.
  const dayOfYear = Math.round((Date.parse(date) - Date.parse(`${date.slice(0, 4)}-01-01`)) / 86_400_000);
  const cold = Math.max(0, 0.15 + 0.6 * Math.cos(((dayOfYear - 28) / 365) * 2 * Math.PI));
  const onMinutes = Math.round(cold * 55);
  if (onMinutes < 5) return water;
  const heating = Array.from({ length: 20 }, (_, cycle) => {
    const start = cycle * 72 + Math.round(between(0, 14, seed, "heat", date, cycle));
    return { from: start, to: start + onMinutes, power_w: between(1300, 2200, seed, "heat", date, cycle, "power") };
  });
  return [...water, ...heating];
}

function inSequence(start: number, phases: readonly (readonly [number, number])[]): Span[] {
  let from = start;
  return phases.map(([minutes, power_w]) => {
    const span = { from, to: from + minutes, power_w };
    from += minutes;
    return span;
  });
}
