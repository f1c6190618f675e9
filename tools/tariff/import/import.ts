/** `npm run tariff -- import <file>`: another's prices as a series or a plan of `tariffs/`. */
import { basename } from "node:path";
import { type ReadPlan, type ReadSeries, refuse, type SourceFile } from "./format";
import { type ImportOptions, readImportArguments } from "./options";
import { writePlan } from "./plans/plan-file";
import { orderedPrices } from "./series/prices";
import { writeSeries } from "./series/series-file";
import { formatOf, readSource } from "./source-file";

export interface Surroundings {
  /** Where plans are, with `series/` in it. */
  readonly folder: string;
  /** `YYYY-MM-DD`. */
  readonly today: string;
}

/** @returns what is told on the terminal, line by line. @throws an error of one sentence; then nothing is written. */
export function importTariff(args: readonly string[], { folder, today }: Surroundings): string[] {
  const { file, options } = readImportArguments(args);
  const source = readSource(file);
  const format = formatOf(source, options.as);
  const from = `From ${basename(file)} (${format.name}), imported on ${today}.`;
  if (format.kind === "series") return storeSeries(source, format.read(source, options, today), options, folder, from);
  return storePlan(format.read(source, options, today), options, folder, from);
}

const openText = (open: string) => `OPEN: ${open}`;

function storeSeries(
  source: SourceFile,
  { prices: found, measure, notes, open }: ReadSeries,
  options: ImportOptions,
  folder: string,
  from: string,
): string[] {
  const { prices, notes: ofOrder } = orderedPrices(found, options.step);
  if (prices.length === 0) throw refuse(source, `has no price to import. ${open.join(" ")}`.trim());
  const place = { folder, name: options.name, timezone: options.timezone };
  const comments = [from, ...open.map(openText)];
  const said = writeSeries(place, prices, { measure, comments }, options.replace ? "replace" : "merge");
  const use = `Prices in ${measure}. A plan has them by series: { name: ${options.name} }.`;
  return [...said, use, ...notes, ...ofOrder, ...open.map(openText)];
}

function storePlan(
  { plan, notes, open }: ReadPlan,
  { replace }: ImportOptions,
  folder: string,
  from: string,
): string[] {
  const opened = open.map(openText);
  const said = writePlan(folder, plan, [from, ...opened], replace ? "replace" : "refuse");
  return [...said, ...notes, ...opened];
}
