/** `npm run cost`: what a month of a stack costs, from a day of it in the local cloud. */
import { z } from "zod";
import { readStackConfig, type StackConfig } from "../local/program/stack-config";
import { projectDirectory } from "../local/project";
import { userError } from "../local/session/options";
import { datasetOf, readConfig } from "../local/session/sites";
import { nowAndThen } from "../local/session/steps";
import { type Period, periodBefore } from "./cost/actual";
import { type Actual, askClouds, createCostExplorer } from "./cost/actual-usage";
import { type Arguments, readArguments, usage } from "./cost/arguments";
import { besideRows, formatBeside } from "./cost/beside";
import { countedOf } from "./cost/counted";
import { type Estimate, estimate } from "./cost/estimate";
import { formatComparison, formatEstimate } from "./cost/format";
import { runDay } from "./cost/local-day";
import { loadPatiently } from "./cost/patience";
import { readPrices } from "./cost/prices";
import { type Variant, withOnly, withVariant } from "./cost/variants";
import { askGoogle } from "./query/client";

const complain = (text: string) => void process.stderr.write(`${text}\n`);

const nameOf = ({ delivery, live, bridge }: Variant) =>
  `${delivery}, ${live ? "with" : "without"} the live path${bridge === "joining" ? ", bridged messages joined" : ""}`;

async function main(args: Arguments): Promise<void> {
  const configured = readStackConfig(projectDirectory, args.stack);
  const stack = args.only === undefined ? configured : withOnly(configured, args.only);
  const { ingest, gateway, sites } = readConfig(stack);
  const prices = readPrices(args.region ?? z.string().parse(stack.values["aws:region"]));
  const own: Variant = {
    delivery: args.delivery ?? ingest.delivery,
    live: args.live === undefined ? ingest.live : args.live === "yes",
    bridge: args.bridge ?? gateway.bridge,
  };
  const estimateOf = async (variant: Variant): Promise<Estimate> => {
    const changed = withVariant(stack, variant);
    const progress = nowAndThen((text) => complain(`${nameOf(variant)}: ${text}`), Date.now);
    const day = await runDay(changed, await loadPatiently(changed), { period_s: args.every, progress });
    return estimate(changed, countedOf(day), prices);
  };
  const isBridged = sites.some(({ meters }) => meters.some(({ connection }) => connection === "bridge"));
  const bridges = isBridged ? (["mosquitto", "joining"] as const) : [own.bridge];
  const variants = args.compare
    ? (["buffered", "direct"] as const).flatMap((delivery) =>
        [false, true].flatMap((live) => bridges.map((bridge) => ({ delivery, live, bridge }))),
      )
    : [own];
  const period = periodBefore(Date.now(), args.days);
  const actual = args.actual ? await askStack(configured, period) : undefined;
  const estimates = [];
  // One after the other: each is a cloud of its own.
  for (const variant of variants)
    estimates.push({ name: nameOf(variant), ...variant, estimate: await estimateOf(variant) });
  if (args.json) {
    const { region, sources } = prices;
    const asked = actual && { period, ...actual };
    console.log(JSON.stringify({ region, sources, estimates, ...(asked && { actual: asked }) }, undefined, 2));
    return;
  }
  const described = `stack ${args.stack}${args.only === undefined ? "" : `, ${args.only} alone`}, a report each ${args.every} s`;
  for (const { name, estimate: each } of estimates) console.log(`${formatEstimate(`${described}: ${name}`, each)}\n`);
  if (args.compare) console.log(`${formatComparison(estimates)}\n`);
  if (actual) {
    const { charges, queries, missing } = actual;
    for (const { name, estimate: each } of estimates) {
      const rows = besideRows(each, charges, queries, prices, period);
      console.log(`${name}\n\n${formatBeside(rows, period, charges, queries)}\n`);
    }
    for (const sentence of missing) console.log(sentence);
  }
  for (const source of prices.sources) console.log(`Prices of ${source}.`);
}

/** @throws a `UserError` where no cloud can be asked: then there is nothing to lay the estimate beside. */
async function askStack(stack: StackConfig, period: Period): Promise<Actual> {
  const { warehouse } = readConfig(stack);
  const { project, dataset } = datasetOf(stack);
  const clouds = { costExplorer: createCostExplorer(), bigQuery: askGoogle(project, dataset) };
  const location = warehouse.location ?? z.string().parse(stack.values["gcp:region"]);
  const actual = await askClouds(clouds, stack, location, period);
  if (actual.charges === undefined && actual.queries === undefined)
    throw userError(`No cloud tells what the stack has cost. ${actual.missing.join(" ")}`);
  return actual;
}

async function run(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if (args === undefined) console.log(usage);
  else await main(args);
}

run().catch((error: unknown) => {
  complain(
    process.env.WATTLAKE_DEBUG === "1" && error instanceof Error
      ? `${error.stack}`
      : String(error instanceof Error ? error.message : error),
  );
  process.exitCode = 1;
});
