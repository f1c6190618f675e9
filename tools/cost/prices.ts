/** The price lists, as data beside this file: what a unit costs, and what of it is free. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readYaml } from "../../configuration/yaml-file";
import type { Billed } from "../../local/usage";

/** What is billed beside requests: what lies there, and what stands there. */
export type Standing =
  | "iot_connection_minute"
  | "s3_stored_byte"
  | "gcs_stored_byte"
  | "schedule_start"
  | "bigquery_query_byte"
  | "alarm"
  | "custom_metric";
export type Item = Billed | Standing;

const price = z.strictObject({
  /** US dollars of `per` units. */
  usd: z.number().nonnegative(),
  per: z.number().positive(),
  /** Units a month that cost nothing. */
  free: z.number().nonnegative().default(0),
  standing: z.enum(["list", "scaled", "remembered"]),
  source: z.string(),
});
export type Price = z.infer<typeof price>;

const priceList = z.strictObject({
  region: z.string(),
  dated: z.string().regex(/^\d{4}-\d{2}$/),
  prices: z.record(z.string(), price),
});

export interface Prices {
  /** The region that the AWS prices are of. */
  readonly region: string;
  /** What the figures are, a line a list. */
  readonly sources: readonly string[];
  /** @throws where no list has the item. */
  of(item: Item): Price;
}

const folder = join(__dirname, "prices");
const google = "google";
const read = (name: string) => priceList.parse(readYaml(join(folder, `${name}.yaml`)));

/** Regions that a list is there for. */
export const pricedRegions = (): string[] =>
  readdirSync(folder)
    .map((file) => file.replace(/\.yaml$/, ""))
    .filter((name) => name !== google);

/** @throws where there is no list of the region. */
export function readPrices(region: string): Prices {
  if (!existsSync(join(folder, `${region}.yaml`)))
    throw Object.assign(
      new Error(
        `There are no prices of ${region} in tools/cost/prices/, only of ${pricedRegions().join(", ")}: --region`,
      ),
      { name: "UserError" },
    );
  const lists = [read(region), read(google)];
  const prices = new Map(lists.flatMap((list) => Object.entries(list.prices)));
  return {
    region,
    sources: lists.map(({ region, dated, prices }) => {
      const of = (standing: Price["standing"]) =>
        Object.values(prices).filter((each) => each.standing === standing).length;
      return `${region}, ${dated}: ${of("list")} of a list that was read, ${of("scaled")} of another region's, ${of("remembered")} remembered (tools/cost/prices/)`;
    }),
    of(item) {
      const found = prices.get(item);
      if (!found) throw new Error(`No price list has ${item}.`);
      return found;
    },
  };
}
