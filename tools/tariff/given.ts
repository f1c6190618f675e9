/** The plan that the command line names. */
import { basename, dirname, resolve } from "node:path";
import { readTariff, type Tariff, tariffNames } from "../../configuration/tariffs";
import { didYouMean } from "../../configuration/wording";

const ending = ".yaml";

/** @throws an error of one sentence. */
export function readGiven(plan: string): Tariff {
  if (plan.endsWith(ending)) return readTariff(basename(plan, ending), dirname(resolve(plan)));
  const names = tariffNames();
  if (names.includes(plan)) return readTariff(plan);
  throw new Error(`${plan} is no plan of tariffs/${didYouMean(plan, names)}; they are ${names.join(", ")}.`);
}
