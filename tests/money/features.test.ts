/** Each thing that the tariff language can say is said by a plan of `tariffs/`. */
import { readTariff, tariffNames } from "../../configuration/tariffs";
import { features } from "./features";

const plans = tariffNames().map((name) => readTariff(name));

test.each(Object.entries(features))("%s", (_, isIn) => {
  expect(plans.filter(isIn).map(({ id }) => id)).not.toEqual([]);
});
