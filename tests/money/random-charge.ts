/** Random charges that do not depend on the hour, and demand. */
import fc from "fast-check";

const price = fc.integer({ min: 1, max: 20_000 }).map((hundredths) => hundredths / 1000);

const plain = fc.record({
  price,
  per: fc.constantFrom("day", "month", "year", "bill", "kw_day", "kw_month", "kw_year", "kva_month"),
  prorated: fc.boolean(),
});
const ofMonths = fc.record({
  price,
  per: fc.constant("bill"),
  months: fc.subarray([1, 3, 4, 10, 11], { minLength: 1 }),
});

const brackets = fc
  .record({
    per: fc.constantFrom("day", "month", "year"),
    prorated: fc.boolean(),
    prices: fc.tuple(price, price, price),
  })
  .map(({ prices, ...rest }) => ({
    ...{ ...rest, of: "annual_kwh" },
    steps: [{ upTo: 150.5, price: prices[0] }, { upTo: 500, price: prices[1] }, { price: prices[2] }],
  }));

const hour = fc.integer({ min: 0, max: 23 }).map((at) => `${String(at).padStart(2, "0")}:00`);
const demand = fc.record(
  {
    price,
    per: fc.constantFrom("month", "year"),
    interval: fc.constantFrom(15, 30, 60),
    highest: fc.constantFrom(1, 3, 40),
    onePerDay: fc.boolean(),
    months: fc.constantFrom(1, 2, 12),
    minimum: fc.constantFrom(0.5, 4),
    when: fc
      .uniqueArray(hour, { minLength: 2, maxLength: 2 })
      .map(([from, until]) => [{ dayTypes: ["working"], hours: [`${from}-${until}`] }]),
  },
  { requiredKeys: ["price"] },
);

export const chargeOf = {
  fixed: fc.oneof({ weight: 3, arbitrary: fc.record({ fixed: plain }) }, fc.record({ fixed: ofMonths }), {
    weight: 2,
    arbitrary: fc.record({ brackets }),
  }),
  demand: fc.record({ demand }),
};
