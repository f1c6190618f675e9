/** The written file, `tariffs/series/<name>.csv`: new prices are put over those that it has. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hasOffset, readPrices } from "../../../../configuration/tariffs/series";
import { type Stretch, stretchesWithin } from "../../../../configuration/tariffs/stretches";
import { userError } from "../../../../local/session/options";
import { instantText } from "./prices";

interface Place {
  readonly folder: string;
  readonly name: string;
  /** Of times without offset in the file as it is. */
  readonly timezone: string | undefined;
}

export interface Header {
  readonly measure: string;
  /** Where the prices are from, and what is not known of them. */
  readonly comments: readonly string[];
}

const measureMark = "# Prices in ";

/** @returns what has become of the file, in sentences. */
export function writeSeries(
  place: Place,
  prices: readonly Stretch<number>[],
  { measure, comments }: Header,
  before: "merge" | "replace",
): string[] {
  const path = join(place.folder, "series", `${place.name}.csv`);
  const old = before === "merge" && existsSync(path) ? readOld(path, place, measure) : undefined;
  const merged = mergePrices(old?.prices ?? [], prices);
  const head = [
    ...(old?.comments ?? []),
    ...[`${measureMark}${measure}.`, ...comments.map((comment) => `# ${comment}`)],
  ];
  const rows = merged.map(({ startMs, endMs, value }) => `${instantText(startMs)},${instantText(endMs)},${value}`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${[...new Set(head), "start,end,price", ...rows].join("\n")}\n`);
  if (!old) return [`${path} is written: ${prices.length} prices.`];
  const { added, changed, same } = countChanges(old.prices, prices);
  return [`${path} is merged: ${added} prices added, ${changed} changed, ${same} as before.`];
}

function readOld(path: string, { folder, name, timezone }: Place, measure: string) {
  const lines = readFileSync(path, "utf8").split(/\r?\n/);
  const comments = lines.filter((line) => line.startsWith("#"));
  const mark = comments.find((line) => line.startsWith(measureMark));
  if (mark !== undefined && mark !== `${measureMark}${measure}.`)
    throw userError(
      `${path} has prices in ${mark.slice(measureMark.length)} These are in ${measure}: give another --name, or --replace.`,
    );
  const isLocal = lines.some((line) => /^\d/.test(line) && line.split(",", 2).some((time) => !hasOffset(time.trim())));
  if (isLocal && timezone === undefined)
    throw userError(`${path} has times without offset: give --timezone, that of its plan.`);
  return { comments, prices: readPrices(name, folder, timezone ?? "UTC") };
}

/** What the old prices tell beside the new ones stays. */
function mergePrices(old: readonly Stretch<number>[], prices: readonly Stretch<number>[]): Stretch<number>[] {
  const left = old.flatMap((one) =>
    stretchesWithin(prices, one).flatMap(({ startMs, endMs, value }) =>
      value === undefined ? [{ startMs, endMs, value: one.value }] : [],
    ),
  );
  return [...left, ...prices].sort((a, b) => a.startMs - b.startMs);
}

function countChanges(old: readonly Stretch<number>[], prices: readonly Stretch<number>[]) {
  const counts = { added: 0, changed: 0, same: 0 };
  for (const price of prices) {
    const were = stretchesWithin(old, price).map(({ value }) => value);
    const isChanged = were.some((value) => value !== undefined && value !== price.value);
    counts[isChanged ? "changed" : were.includes(undefined) ? "added" : "same"]++;
  }
  return counts;
}
