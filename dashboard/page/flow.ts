/**
 * The flow of power at one instant, by the rules of `site_slots`: consumption is import + solar + discharge - export - charge,
 * up to a twentieth or 20 W below nothing is noise, and beyond that something feeds the site that no channel measures.
 */

export interface LiveChannel {
  readonly name: string;
  readonly role: string;
  /** Positive is import; undefined where it is not known. */
  readonly power_w: number | undefined;
  /** Of the value. */
  readonly age_s: number | undefined;
  /** An older value says nothing of now. */
  readonly max_gap_s: number;
  readonly netting: string;
}

export type SegmentName = "solar" | "discharge" | "import" | "unexplained" | "circuit" | "rest" | "charge" | "export";

export interface Segment {
  readonly name: SegmentName;
  /** The channel's, of a circuit. */
  readonly circuit?: string;
  readonly power_w: number;
}

export interface Flow {
  /** What comes in, and where it goes; each without what is nothing. Empty where the grid is not known. */
  readonly sources: readonly Segment[];
  readonly uses: readonly Segment[];
  /** undefined where a part is not known. */
  readonly consumption_w: number | undefined;
  /** Import less export; undefined where a grid channel is not known. */
  readonly grid_w: number | undefined;
  /** undefined without solar channels, or where one is not known. */
  readonly solar_w: number | undefined;
  /** Names of channels whose power is not known now. */
  readonly unknown: readonly string[];
}

const isKnown = ({ power_w, age_s, max_gap_s }: LiveChannel) =>
  power_w !== undefined && age_s !== undefined && age_s <= max_gap_s;

export function flowOf(channels: readonly LiveChannel[]): Flow {
  const unknown = channels.filter((each) => !isKnown(each)).map(({ name }) => name);
  const grid = partsOf(channels, "grid");
  const solar = partsOf(channels, "solar");
  const battery = partsOf(channels, "battery");
  const [imported, exported] = grid === undefined ? [undefined, undefined] : netted(grid, channels);
  const known = { grid_w: imported === undefined ? undefined : imported - (exported ?? 0), unknown };
  const hasSolar = channels.some(({ role }) => role === "solar");
  const solar_w = hasSolar ? solar?.taken : undefined;
  if (imported === undefined || exported === undefined || solar === undefined || battery === undefined)
    return { ...known, solar_w, sources: [], uses: [], consumption_w: undefined };

  const out = exported + battery.given;
  const balance = imported + solar.taken + battery.taken - out;
  const noise = Math.max(20, out / 20);
  const consumption_w = balance >= 0 ? balance : balance >= -noise ? 0 : undefined;
  const circuits = channels.flatMap((each) =>
    each.role === "load" && isKnown(each) && (each.power_w ?? 0) > 0
      ? [{ name: "circuit" as const, circuit: each.name, power_w: each.power_w ?? 0 }]
      : [],
  );
  const metered = circuits.reduce((sum, { power_w }) => sum + power_w, 0);
  const used = Math.max(consumption_w ?? 0, 0);
  // What flows out beyond what flows in, or what the circuits take beyond what the site uses.
  const missing = Math.max(0, -balance) + Math.max(0, metered - used);
  const some = (segments: readonly Segment[]) => segments.filter(({ power_w }) => power_w >= 0.5);
  return {
    ...known,
    ...{ solar_w, consumption_w },
    sources: some([
      { name: "solar", power_w: solar.taken },
      { name: "discharge", power_w: battery.taken },
      { name: "import", power_w: imported },
      { name: "unexplained", power_w: missing },
    ]),
    uses: some([
      ...circuits,
      { name: "rest", power_w: Math.max(0, used - metered) },
      { name: "charge", power_w: battery.given },
      { name: "export", power_w: exported },
    ]),
  };
}

/** What the channels of a role take and give; undefined where one is not known. */
function partsOf(channels: readonly LiveChannel[], role: string) {
  const own = channels.filter((each) => each.role === role);
  if (role === "grid" && own.length === 0) return undefined;
  if (!own.every(isKnown)) return undefined;
  const powers = own.map(({ power_w = 0 }) => power_w);
  return {
    taken: powers.reduce((sum, each) => sum + Math.max(0, each), 0),
    given: powers.reduce((sum, each) => sum + Math.max(0, -each), 0),
  };
}

/** The phases of one connection are netted before import and export are split, or not, as the site is billed. */
function netted({ taken, given }: { taken: number; given: number }, channels: readonly LiveChannel[]) {
  if (channels.find(({ role }) => role === "grid")?.netting === "per_channel") return [taken, given] as const;
  return [Math.max(0, taken - given), Math.max(0, given - taken)] as const;
}

export const totalOf = (segments: readonly Segment[]): number =>
  segments.reduce((sum, { power_w }) => sum + power_w, 0);
