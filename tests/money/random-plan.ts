/** Random plans without mistakes, as their files have them: every feature of the language, in random company. */
import fc, { type Arbitrary } from "fast-check";
import { chargeOf } from "./random-charge";

/** A plan's file as a value, but for its `id`. */
export type PlanText = Readonly<Record<string, unknown>>;

/** The days of which plans and loads are drawn; summer time begins on 29 March. */
export interface Scene {
  readonly from: string;
  /** The day after the last. */
  readonly until: string;
  /** On which a price may change. */
  readonly changes: readonly string[];
}

const clock = fc.constantFrom("civil", "standard", "utc");
const dayStart = fc.constantFrom("00:00", "00:00", "06:00", "23:15");
export const price = fc.integer({ min: -500, max: 9000 }).map((tenThousandths) => tenThousandths / 10_000);
const quarter = fc
  .integer({ min: 0, max: 95 })
  .map((at) => [Math.floor(at / 4), (at % 4) * 15].map((part) => String(part).padStart(2, "0")).join(":"));
export const cuts = fc.uniqueArray(quarter, { minLength: 3, maxLength: 3 }).map((times) => times.sort());

const steps = (limit: "upTo" | "upToPerDay", sizes: readonly number[]) =>
  fc
    .tuple(fc.subarray([...sizes], { minLength: 1 }), fc.array(price, { minLength: sizes.length + 1 }))
    .map(([limits, prices]) => [
      ...limits.sort((a, b) => a - b).map((size, at) => ({ [limit]: size, price: prices[at] })),
      { price: prices.at(-1) },
    ]);

const blocks = fc.oneof(
  fc.record({ per: fc.constant("day"), steps: steps("upTo", [2.5, 8, 20]) }),
  fc.record({
    per: fc.constantFrom("month", "bill"),
    prorated: fc.boolean(),
    steps: steps("upTo", [12.5, 90, 400]),
  }),
  fc.record({ per: fc.constantFrom("month", "bill"), steps: steps("upToPerDay", [1.5, 6, 15]) }),
);

const series = fc.record(
  {
    name: fc.constant("spot"),
    plus: price,
    times: fc.constantFrom(1, 1.05, -1),
    tax: fc.constantFrom(0, 0.2),
    floor: fc.constant(-0.05),
    cap: fc.constant(0.3),
  },
  { requiredKeys: ["name"] },
);

const perKwh = fc.oneof({ weight: 3, arbitrary: fc.record({ price }) }, fc.record({ blocks }), fc.record({ series }));

/** Hours from cut to cut, in seasons and on days; the rest is another band. */
const byHours = fc
  .record({
    cuts,
    seasons: fc.constantFrom(undefined, ["warm"], ["cold"], ["summer"]),
    days: fc.constantFrom(undefined, ["mon", "wed", "sun"]),
    hasFree: fc.boolean(),
    costs: fc.tuple(perKwh, perKwh, perKwh),
  })
  .map(({ cuts: [first = "", second = "", third = ""], seasons, days, hasFree, costs }) => {
    const working = hasFree ? { dayTypes: ["working"] } : {};
    const free = hasFree ? [{ dayTypes: ["free"] }] : [];
    return {
      bands: [
        { name: "low", ...costs[0], when: [...free, { ...working, hours: [`${third}-${first}`] }] },
        { name: "peak", ...costs[1], when: [{ ...working, seasons, days, hours: [`${first}-${second}`] }] },
        { name: "rest", ...costs[2], otherwise: true },
      ],
    };
  });

/** By a state that is data, which is not always there. */
const byState = fc
  .record({ cuts, otherwise: fc.constantFrom(undefined, "blue"), costs: fc.tuple(perKwh, perKwh, perKwh) })
  .map(({ cuts: [first, second], otherwise, costs }) => ({
    schedule: { name: "colours", otherwise },
    bands: [
      { name: "red", ...costs[0], when: [{ states: ["red"], hours: [`${first}-${second}`] }] },
      { name: "white", ...costs[1], when: [{ states: ["white"] }] },
      { name: "rest", ...costs[2], otherwise: true },
    ],
  }));

const pricing = fc.oneof(
  { weight: 2, arbitrary: perKwh },
  { weight: 4, arbitrary: byHours },
  { weight: 2, arbitrary: byState },
);

const general = { vat: fc.constantFrom(0, 0.05, 0.23), prices: fc.constantFrom("net", "gross"), clock, dayStart };

/** A version, or two of which the second begins on a day of the scene. */
export const versionsOf = (ways: Arbitrary<object>, { changes }: Scene) =>
  fc
    .tuple(fc.array(fc.tuple(ways, fc.record(general)), { minLength: 1, maxLength: 2 }), fc.constantFrom(...changes))
    .map(([drawn, change]) =>
      drawn.map(([way, rest], at) => ({
        from: at === 0 ? "2025-01-01" : change,
        until: at === drawn.length - 1 ? "2027-01-01" : change,
        example: true,
        ...rest,
        ...way,
      })),
    );

const componentOf = (id: string, keys: object, ways: Arbitrary<object>, scene: Scene) =>
  versionsOf(ways, scene).map((versions) => ({ id, name: id, ...keys, versions }));

const rounding = fc.record(
  {
    quantity: fc.record({
      of: fc.constantFrom("slot", "band", "line"),
      to: fc.constantFrom(0.001, 0.01, 1),
      mode: fc.constantFrom("half_up", "half_even"),
    }),
    amount: fc.record({
      of: fc.constantFrom("slot", "band", "line"),
      to: fc.constantFrom(0.01, 0.001),
      mode: fc.constantFrom("half_up", "half_even"),
    }),
  },
  { requiredKeys: [] },
);

export const planText = (scene: Scene): Arbitrary<PlanText> =>
  fc.record(
    {
      name: fc.constant("Random"),
      currency: fc.constant("PLN"),
      timezone: fc.constant("Europe/Warsaw"),
      description: fc.constant("Random."),
      calendar: fc.constant("test"),
      seasons: fc.constant({
        warm: [{ from: "04-01", to: "10-20" }],
        cold: [{ from: "10-25", to: "03-30" }],
        summer: "summer_time",
      }),
      dayTypes: fc.constant({
        working: { days: ["mon", "tue", "wed", "thu", "fri"], holidays: "except" },
        free: { days: ["sat", "sun"], holidays: "also" },
      }),
      billing: fc.record({ months: fc.constantFrom(1, 1, 2, 3), day: fc.integer({ min: 1, max: 28 }) }),
      rounding,
      netting: fc.constantFrom("none", "hour"),
      minimumBill: fc.constantFrom(undefined, { perDay: 3.21 }, { perBill: 40 }),
      components: fc
        .tuple(
          componentOf("energy", { kind: "energy" }, pricing, scene),
          fc.option(componentOf("network", { kind: "network" }, pricing, scene), { nil: undefined }),
          fc.option(componentOf("sun", { kind: "feed_in", direction: "export" }, pricing, scene), { nil: undefined }),
          fc.option(componentOf("charge", { kind: "fixed" }, chargeOf.fixed, scene), { nil: undefined }),
          fc.option(componentOf("power", { kind: "demand" }, chargeOf.demand, scene), { nil: undefined }),
        )
        .map((components) => components.filter((each) => each !== undefined)),
    },
    {
      requiredKeys: [
        "name",
        "currency",
        "timezone",
        "description",
        "calendar",
        "seasons",
        "dayTypes",
        "netting",
        "rounding",
        "components",
      ],
    },
  );
