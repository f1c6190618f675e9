/** The tariff plans of `tariffs/`, one file a plan, named as its `id`; docs/tariff-language.md describes their language. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ending, readPlan, type Tariff } from "./read-plan";

export { currency, isCurrency } from "../currency";
export type { Band, Blocks, Condition, Schedule, Series } from "./band-schema";
export { onlyBand, unknownBand } from "./band-schema";
export { type BandWindow, bandsOf, bandsOfDay } from "./band-windows";
export { bandsIn, demandBand, netPrice } from "./bands";
export type { Calendar } from "./calendar";
export { type Component, type Version, versionOn } from "./component-schema";
export type { Plan } from "./plan-schema";
export type { Tariff } from "./read-plan";
export type { Stretch } from "./stretches";
export { type LocalDay, localDay } from "./zone-clock";

const directory = join(__dirname, "..", "..", "tariffs");

/** A site's `tariff` is one of these. */
export function tariffNames(): string[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();
}

/** @throws an error of one sentence that names the file. */
export function readTariff(name: string, folder: string = directory): Tariff {
  return readPlan(name, folder);
}
