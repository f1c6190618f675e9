/** What the tariff language can say, each as a question to a plan: whether it says it. */
import type { Component, Tariff, Version } from "../../configuration/tariffs";
import { componentKinds, pricings } from "../../configuration/tariffs/component-schema";
import { minuteOf, minutesOf } from "../../configuration/tariffs/time-schema";

type Question = (plan: Tariff) => boolean;

const versionsOf = ({ components }: Tariff) => components.flatMap(({ versions }) => versions);
const version =
  (holds: (version: Version) => boolean): Question =>
  (plan) =>
    versionsOf(plan).some(holds);
const component =
  (holds: (component: Component) => boolean): Question =>
  (plan) =>
    plan.components.some(holds);

const conditionsOf = ({ bands = [], demand }: Version) => [
  ...bands.flatMap(({ when = [] }) => when),
  ...(demand?.when ?? []),
];
const windowsOf = (of: Version) => conditionsOf(of).flatMap(({ hours = [] }) => hours.map(minutesOf));
const blocksOf = ({ blocks, bands = [] }: Version) =>
  [blocks, ...bands.map((band) => band.blocks)].filter((each) => each !== undefined);
const seriesOf = ({ series, bands = [] }: Version) =>
  [series, ...bands.map((band) => band.series)].filter((each) => each !== undefined);
const spansOf = ({ seasons }: Tariff) =>
  Object.values(seasons).flatMap((season) => (Array.isArray(season) ? season : []));
const holidaysOf = ({ dayTypes }: Tariff) => Object.values(dayTypes).map(({ holidays }) => holidays);

const each = <Word extends string>(words: readonly Word[], what: string, question: (word: Word) => Question) =>
  Object.fromEntries(words.map((word) => [`${what} ${word}`, question(word)]));

const fixedPer = ["day", "month", "year", "bill", "kw_day", "kw_month", "kw_year", "kva_month"] as const;

export const features: Readonly<Record<string, Question>> = {
  ...each(componentKinds, "kind", (kind) => component((of) => of.kind === kind)),
  ...each(pricings, "priced by", (key) => version((of) => of[key] !== undefined)),
  "export is priced": component(({ direction }) => direction === "export"),

  "a price that changes within a year": component(({ versions }) =>
    versions.slice(1).some((of) => !of.from.endsWith("-01-01") && !of.example),
  ),
  "a source": version(({ source, example }) => source !== undefined && !example),
  "an example": version(({ example }) => example),
  "prices with VAT": version(({ prices }) => prices === "gross"),
  "several rates of VAT": (plan) => new Set(versionsOf(plan).map(({ vat }) => vat)).size > 1,

  ...each(["civil", "standard", "utc"], "the clock", (clock) =>
    version((of) => of.clock === clock && windowsOf(of).length > 0),
  ),
  "days that begin later than midnight": version(({ dayStart }) => minuteOf(dayStart) > 0),
  "hours across midnight": version((of) => windowsOf(of).some(({ from, until }) => until < from)),
  "edges on quarter hours": version((of) =>
    windowsOf(of).some(({ from, until }) => from % 30 === 15 || until % 30 === 15),
  ),
  "seasons by days of the year": (plan) => spansOf(plan).length > 0,
  "a season across the new year": (plan) => spansOf(plan).some(({ from, to }) => to < from),
  "seasons by legal summer time": ({ seasons }) => Object.values(seasons).includes("summer_time"),
  "days of the week": version((of) => conditionsOf(of).some(({ days }) => days !== undefined)),
  "holidays left out": (plan) => holidaysOf(plan).includes("except"),
  "holidays counted in": (plan) => holidaysOf(plan).includes("also"),
  "only some holidays": ({ holidays }) => holidays?.only !== undefined,
  "all but some holidays": ({ holidays }) => holidays?.except !== undefined,

  "a schedule of states": version(({ schedule, bands = [] }) =>
    bands.some(({ when = [] }) => schedule !== undefined && when.some(({ states }) => states !== undefined)),
  ),
  "a schedule with a state between its rows": version(({ schedule }) => schedule?.otherwise !== undefined),
  "a series with a mark-up": version((of) => seriesOf(of).some(({ plus }) => plus !== 0)),
  "a series with a factor": version((of) => seriesOf(of).some(({ times }) => times !== 1)),
  "a series with tax": version((of) => seriesOf(of).some(({ tax }) => tax !== 0)),
  "a series with a floor": version((of) => seriesOf(of).some(({ floor }) => floor !== undefined)),
  "a series with a cap": version((of) => seriesOf(of).some(({ cap }) => cap !== undefined)),
  "a series of a band": version(({ bands = [] }) => bands.some(({ series }) => series !== undefined)),

  ...each(["day", "month", "bill"], "blocks of a", (per) => version((of) => blocksOf(of).some((of) => of.per === per))),
  "blocks of a band": version(({ bands = [] }) => bands.some(({ blocks }) => blocks !== undefined)),
  "blocks with a share of the limit": version((of) => blocksOf(of).some(({ prorated }) => prorated)),
  "blocks by the days of a band": version((of) =>
    blocksOf(of).some(({ steps }) => steps.some(({ upToPerDay }) => upToPerDay !== undefined)),
  ),

  ...each(fixedPer, "fixed per", (per) => version(({ fixed }) => fixed?.per === per)),
  "a fixed charge that is never prorated": version(({ fixed }) => fixed?.prorated === false),
  "a fixed charge of some months": version(({ fixed }) => fixed?.months !== undefined),
  "several contracted powers": version(({ fixed }) => fixed?.powerPeriod !== undefined),
  "brackets of a year's use": version(({ brackets }) => brackets?.of === "annual_kwh"),

  "demand of quarter hours": version(({ demand }) => demand?.interval === 15),
  "demand of hours": version(({ demand }) => demand?.interval === 60),
  "demand of several intervals": version(({ demand }) => (demand?.highest ?? 1) > 1),
  "demand of one interval a day": version(({ demand }) => demand?.onePerDay === true),
  "demand that looks back": version(({ demand }) => (demand?.months ?? 1) > 1),
  "demand of at least some kW": version(({ demand }) => demand?.minimum !== undefined),
  "demand in some hours": version(({ demand }) => demand?.when !== undefined),
  "demand per month": version(({ demand }) => demand?.per === "month"),
  "demand per year": version(({ demand }) => demand?.per === "year"),

  "bills of several months": ({ billing }) => billing.months > 1,
  "bills that begin within a month": ({ billing }) => billing.day > 1,
  "netting within the hour": ({ netting }) => netting === "hour",
  "a minimum bill per day": ({ minimumBill }) => minimumBill?.perDay !== undefined,
  "a minimum bill": ({ minimumBill }) => minimumBill?.perBill !== undefined,
  ...each(
    ["slot", "band", "line"],
    "kWh rounded per",
    (of) =>
      ({ rounding }) =>
        rounding.quantity?.of === of,
  ),
  ...each(
    ["slot", "band", "line"],
    "amounts rounded per",
    (of) =>
      ({ rounding }) =>
        rounding.amount?.of === of,
  ),
  ...each(
    ["half_up", "half_even"],
    "rounding",
    (mode) =>
      ({ rounding }) =>
        rounding.amount?.mode === mode,
  ),
};
