/** OpenEI's Utility Rate Database: a rate of the United States as a plan. It has no holidays, taxes or time zone. */
import { hasKeys, type PlanFormat } from "../format";
import type { ImportOptions } from "../options";
import { type DraftComponent, type DraftPlan, importedFrom, openPoints, versionOf } from "./draft";
import { demandComponents } from "./urdb-demand";
import { energyComponents, type Read } from "./urdb-energy";
import { type Rate, rateOf } from "./urdb-schema";

export const urdb: PlanFormat = {
  name: "urdb",
  kind: "plan",
  isLike({ json }) {
    const first = hasKeys(json, "items") ? itemsOf(json)[0] : json;
    return hasKeys(first, "utility", "name") && (hasKeys(first, "energyratestructure") || hasKeys(first, "label"));
  },
  read(source, options, today) {
    const rate = rateOf(source, options.select);
    const version = versionOf(options, { from: dayOf(rate.startdate), until: dayOf(rate.enddate), prices: "net" });
    const parts = [
      energyComponents(source, rate, version, options),
      demandComponents(source, rate, version, options),
      fixedCharge(rate, version),
    ];
    const minimum = minimumBill(rate);
    const isHolidayAsked = parts.some(({ isWeekendOther }) => isWeekendOther);
    const plan: DraftPlan = {
      id: options.name,
      name: nameOf(rate),
      currency: options.currency ?? (isOfUnitedStates(rate) ? "USD" : undefined),
      timezone: options.timezone,
      description: `${rate.utility}: ${rate.name}. Imported from OpenEI's Utility Rate Database.`,
      sources: { [importedFrom]: sourceOf(rate, today) },
      calendar: isHolidayAsked ? options.calendar : undefined,
      seasons: Object.assign({}, ...parts.map(({ seasons }) => seasons)),
      dayTypes: Object.assign({}, ...parts.map(({ dayTypes }) => dayTypes)),
      minimumBill: minimum.bill,
      components: parts.flatMap(({ components }) => components),
    };
    return {
      plan,
      notes: [],
      open: [
        ...openPoints(plan),
        ...(isHolidayAsked ? holidayPoints(options) : []),
        ...parts.flatMap(({ open }) => open),
        ...minimum.open,
        ...notTaken(rate),
      ],
    };
  },
};

const itemsOf = (json: unknown): readonly unknown[] => {
  const items = typeof json === "object" && json !== null && "items" in json ? json.items : undefined;
  return Array.isArray(items) ? items : [];
};

const dayOf = (seconds: number | undefined) =>
  seconds === undefined ? undefined : new Date(seconds * 1000).toISOString().slice(0, 10);

const isOfUnitedStates = ({ country = "USA" }: Rate) => country === "USA";

/** As long as a name to show may be. */
const nameOf = ({ name, utility }: Rate) => [...`${name.trim()} (${utility.trim()})`].slice(0, 64).join("").trim();

const sourceOf = ({ label, name, utility, uri }: Rate, date: string) => ({
  title: `OpenEI Utility Rate Database${label === undefined ? "" : ` ${label}`}: ${utility}, ${name}`,
  date,
  ...(uri !== undefined && URL.canParse(uri) && { url: uri }),
});

function holidayPoints({ calendar, holidays }: ImportOptions): string[] {
  if (holidays === undefined)
    return ["Whether holidays count as a weekend is not told: they are days as they fall (--holidays)."];
  return holidays === "weekend" && calendar === undefined
    ? ["Which calendar has the holidays is not told (--calendar)."]
    : [];
}

const perOf: Readonly<Record<string, "day" | "month" | "year">> = {
  "$/day": "day",
  "$/month": "month",
  "$/year": "year",
};

function fixedCharge(rate: Rate, version: DraftComponent["versions"][number]): Read {
  const { fixedchargefirstmeter: price, fixedchargeunits: unit = "no unit" } = rate;
  if (!price) return { components: [], open: [] };
  const per = perOf[unit];
  if (per === undefined)
    return { components: [], open: [`The fixed charge of ${price} in ${unit} is not taken over.`] };
  const fixed = { price, per };
  return {
    components: [{ id: "fixed", name: "Fixed charge", kind: "fixed", versions: [{ ...version, fixed }] }],
    open: [],
  };
}

function minimumBill({ mincharge, minchargeunits: unit = "no unit" }: Rate): {
  bill?: DraftPlan["minimumBill"];
  open: string[];
} {
  if (!mincharge) return { open: [] };
  if (unit === "$/day") return { bill: { perDay: mincharge }, open: [] };
  if (unit === "$/month") return { bill: { perBill: mincharge }, open: [] };
  return { open: [`The minimum charge of ${mincharge} in ${unit} is not taken over.`] };
}

/** What such a rate can have and a plan is not made of here. */
const others = [
  "demandratchetpercentage",
  "demandreactivepowercharge",
  "coincidentratestructure",
  "fueladjustmentsmonthly",
  "fixedchargeeaaddl",
  "annualmincharge",
  "energyattrs",
  "demandattrs",
  "fixedattrs",
] as const;

function notTaken(rate: Rate): string[] {
  const isSaid = (value: unknown) => (Array.isArray(value) ? value.flat(2).some(isSaid) : Boolean(value));
  const keys = others.filter((key) => isSaid(rate[key]));
  return keys.length > 0 ? [`Not taken over: ${keys.join(", ")}.`] : [];
}
