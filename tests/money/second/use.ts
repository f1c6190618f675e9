/** What the use costs: each quarter hour of a component, in the parts into which blocks cut it. */
import type { Blocks, Component, Tariff, Version } from "../../../configuration/tariffs";
import { bandAt } from "./bands";
import { type Day, quartersOf } from "./clock";
import type { EnergyAt } from "./energy";
import { type Contract, common, count, type Days, datesOf, daysOf, has, type Period, validity } from "./periods";
import { rounded } from "./rounding";

/** A quarter hour, or what of it lies in one block. */
export interface Part {
  readonly date: Day;
  readonly version: Version;
  readonly band: string;
  /** The first is 1; `null` without blocks. */
  readonly block: number | null;
  readonly kwh: number | null;
  /** Net. */
  readonly price: number | null;
  /** Negative for what is exported. */
  readonly net: number | null;
}

export const net = ({ prices, vat }: Version, price: number): number =>
  prices === "gross" ? price / (1 + vat) : price;

export function partsOf(contract: Contract, periods: readonly Period[], component: Component, energyAt: EnergyAt) {
  const { plan } = contract;
  const { quantity, amount } = plan.rounding;
  const sign = component.direction === "export" ? -1 : 1;
  const used = new Map<string, number>();
  const knownLimits = new Map<string, number[]>();
  const parts: Part[] = [];

  const add = (rest: Omit<Part, "net">) => {
    const { kwh, price } = rest;
    const exact = kwh === null || price === null ? null : kwh * price;
    const cost = exact !== null && amount?.of === "slot" ? rounded(exact, amount) : exact;
    parts.push({ ...rest, net: cost === null ? null : sign * cost });
  };

  for (const { date, version, ms } of quarters(contract, component)) {
    const held = bandAt(plan, version, ms);
    if (!held) continue;
    const metered = energyAt(ms)[component.direction];
    const kwh = metered !== null && quantity?.of === "slot" ? rounded(metered, quantity) : metered;
    const of = { date, version, band: held.name };
    if (!held.blocks) {
      const price = held.price === undefined || held.price === null ? null : net(version, held.price);
      add({ ...of, block: null, kwh, price });
      continue;
    }
    const scope = scopeOf(held.blocks, date, version, contract, periods);
    const counts = [version.blocks ? "" : held.name, scope.start, scope.end].join(" ");
    const before = used.get(counts) ?? 0;
    const limits = knownLimits.get(counts + version.from) ?? limitsOf(held.blocks, scope, plan, version, held.name);
    knownLimits.set(counts + version.from, limits);
    for (const { block, price, kwh: share } of cut(held.blocks, limits, before, kwh))
      add({ ...of, block, kwh: share, price: net(version, price) });
    used.set(counts, before + (kwh ?? 0));
  }
  return parts;
}

/** The quarter hours of the days on which the component has a version. */
function quarters(contract: Contract, { versions }: Component): { date: Day; version: Version; ms: number }[] {
  return datesOf(daysOf(contract)).flatMap((date) => {
    const version = versions.find((each) => has(validity(each), date));
    return version ? quartersOf(date, contract.plan.timezone).map((ms) => ({ date, version, ms })) : [];
  });
}

interface Scope extends Days {
  /** The day, month or bill of which it is a part. */
  readonly whole: Days;
}

/** A limit of the whole counts over a change of the version; a share of it is of the version's own days. */
function scopeOf(blocks: Blocks, date: Day, version: Version, contract: Contract, periods: readonly Period[]): Scope {
  const whole = wholeOf(blocks.per, date, periods);
  const own = blocks.prorated || blocks.steps[0]?.upToPerDay !== undefined ? validity(version) : whole;
  return { ...common(common(whole, daysOf(contract)), own), whole };
}

function wholeOf(per: Blocks["per"], date: Day, periods: readonly Period[]): Days {
  if (per === "day") return { start: date, end: date.add({ days: 1 }) };
  const month = { start: date.with({ day: 1 }), end: date.with({ day: 1 }).add({ months: 1 }) };
  return per === "month" ? month : (periods.find(({ whole }) => has(whole, date))?.whole ?? month);
}

function limitsOf({ steps, prorated }: Blocks, scope: Scope, plan: Tariff, version: Version, band: string): number[] {
  const share = prorated ? count(scope) / count(scope.whole) : 1;
  return steps.map(({ upTo, upToPerDay }) => {
    if (upToPerDay !== undefined) return upToPerDay * heldDays(plan, version, band, scope);
    return upTo === undefined ? Number.POSITIVE_INFINITY : upTo * share;
  });
}

/** The days of a scope on which a band holds at some time. */
const heldDays = (plan: Tariff, version: Version, band: string, scope: Days): number =>
  datesOf(scope).filter((date) =>
    quartersOf(date, plan.timezone).some((ms) => bandAt(plan, version, ms)?.name === band),
  ).length;

interface Share {
  readonly block: number;
  readonly price: number;
  readonly kwh: number | null;
}

/** Fills one block after the other. What is not known, or is nothing, lies in the block that is reached. */
function cut({ steps }: Blocks, limits: readonly number[], before: number, kwh: number | null): Share[] {
  const shares: Share[] = [];
  let [at, left] = [before, kwh];
  for (const [index, { price }] of steps.entries()) {
    const room = (limits[index] ?? 0) - at;
    if (room <= 0) continue;
    const share = left === null ? null : Math.min(left, room);
    shares.push({ block: index + 1, price, kwh: share });
    if (left === null || left <= room) return shares;
    at += room;
    left -= room;
  }
  return shares;
}
