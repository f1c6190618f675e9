/** What a site's contracts must keep: one plan at a time, each in the site's money and time, with what the plan asks for. */
import type { z } from "zod";
import { type Contract, contractsOf, planNamed } from "./contracts";
import { isCurrency, type Tariff } from "./tariffs";
import { isTimeZone } from "./time-zones";
import { show } from "./wording";

interface PaidText {
  readonly id: string;
  readonly timezone: string;
  readonly currency: string;
  readonly tariff?: string | readonly Contract[] | undefined;
}

interface ComparedText {
  readonly sites: readonly PaidText[];
  readonly tariffs: { readonly compare?: readonly string[] | undefined };
}

type Refuse = (path: readonly PropertyKey[], message: string) => void;

export function crossCheckContracts(site: PaidText, context: z.RefinementCtx): void {
  const contracts = contractsOf(site);
  contracts.forEach((contract, at) => {
    const path = typeof site.tariff === "string" ? ["tariff"] : ["tariff", at];
    const refuse: Refuse = (steps, message) => context.addIssue({ code: "custom", path: [...path, ...steps], message });
    checkTime(contract, contracts.slice(0, at), refuse);
    const { plan, mistake } = planOf(contract.plan);
    const named = typeof site.tariff === "string" ? [] : ["plan"];
    if (mistake !== undefined) refuse(named, mistake);
    if (plan === undefined || !isCurrency(site.currency) || !isTimeZone(site.timezone)) return;
    checkPlace(site, plan, (message) => refuse(named, message));
    const power = powerMistake(plan, contract.contractedPower);
    if (power !== undefined && typeof site.tariff === "string")
      refuse(named, `is ${show(contract.plan)}, whose contractedPower ${power}`);
    else if (power !== undefined) refuse(["contractedPower"], power);
  });
}

/** A plan that is compared suits a site, and that site's contracts say what it asks for. */
export function crossCheckComparison({ sites, tariffs }: ComparedText, context: z.RefinementCtx): void {
  const { compare = [] } = tariffs;
  compare.forEach((name, at) => {
    const mistake =
      compare.indexOf(name) < at ? `is ${show(name)}, which is in the list twice` : mistakeOf(name, sites);
    if (mistake === undefined) return;
    context.addIssue({ code: "custom", path: ["tariffs", "compare", at], message: mistake });
  });
}

function mistakeOf(name: string, sites: readonly PaidText[]): string | undefined {
  const { plan, mistake } = planOf(name);
  if (plan === undefined) return mistake;
  const suited = sites.filter((site) => isOfPlace(plan, site));
  if (suited.length === 0)
    return `is ${show(name)}, which is for ${plan.currency} and ${plan.timezone}, but no site is there`;
  for (const site of suited) {
    const contracts = contractsOf(site);
    const powers = contracts.length > 0 ? contracts.map(({ contractedPower }) => contractedPower) : [undefined];
    const power = powers.map((each) => powerMistake(plan, each)).find((each) => each !== undefined);
    if (power !== undefined)
      return `is ${show(name)}, whose contractedPower in the contracts of the site ${show(site.id)} ${power}`;
  }
  return undefined;
}

/** Whether a plan's prices and hours are those of a site. */
export const isOfPlace = (plan: Pick<Tariff, "currency" | "timezone">, site: Pick<PaidText, "currency" | "timezone">) =>
  plan.currency === site.currency && plan.timezone === site.timezone;

type Read = { readonly plan: Tariff; readonly mistake?: never } | { readonly plan?: never; readonly mistake: string };

function planOf(name: string): Read {
  try {
    return { plan: planNamed(name) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { mistake: `is ${show(name)}, which has a mistake: ${error.message.replace(/\.$/, "")}` };
  }
}

function checkTime({ from, until }: Contract, before: readonly Contract[], refuse: Refuse): void {
  if (from !== undefined && until !== undefined && from >= until) {
    refuse(["until"], `is ${show(until)}, but must be after from, which is ${show(from)}`);
    return;
  }
  const at = before.findIndex((other) => isBefore(from, other.until) && isBefore(other.from, until));
  const other = before[at];
  if (other === undefined) return;
  const since = [from, other.from]
    .filter((each) => each !== undefined)
    .sort()
    .at(-1);
  const when = since === undefined ? "at all times" : `on ${since}`;
  refuse([], `holds ${when}, but so does tariff[${at}] of this site: a site has one plan at a time`);
}

/** A bound that is not there is far away. */
const isBefore = (from: string | undefined, until: string | undefined) =>
  from === undefined || until === undefined || from < until;

function checkPlace({ currency, timezone }: PaidText, plan: Tariff, refuse: (message: string) => void): void {
  const its = `is ${show(plan.id)}, whose`;
  if (plan.currency !== currency)
    refuse(`${its} prices are in ${plan.currency}, but the site's currency is ${show(currency)}`);
  if (plan.timezone !== timezone)
    refuse(`${its} hours are those of ${plan.timezone}, but the site's time zone is ${show(timezone)}`);
}

/** What is wrong with the kW of a contract, where the plan charges for them. */
function powerMistake({ components }: Tariff, contractedPower: Contract["contractedPower"]): string | undefined {
  const names = components.flatMap(({ versions }) =>
    versions.flatMap(({ fixed }) => (fixed !== undefined && isSized(fixed.per) ? [fixed.powerPeriod] : [])),
  );
  if (typeof contractedPower === "number" || (contractedPower === undefined && names.length === 0)) return undefined;
  if (contractedPower === undefined) return "is missing; it must be a number of kW: the plan charges for them";
  const periods = names.filter((each) => each !== undefined);
  if (periods.length === 0 || periods.length < names.length)
    return "is a block, but must be a number of kW: the plan has no periods of it";
  const known = `the plan's periods are ${[...new Set(periods)].map(show).join(", ")}`;
  const missing = periods.find((each) => contractedPower[each] === undefined);
  if (missing !== undefined) return `has no ${show(missing)}: ${known}`;
  const unknown = Object.keys(contractedPower).find((each) => !periods.includes(each));
  return unknown === undefined ? undefined : `has the unknown ${show(unknown)}: ${known}`;
}

const isSized = (per: string) => /^k(w|va)_/.test(per);
