/** `npm run cost`: what a month of a stack costs, from a day of it in the local cloud. */
import { z } from "zod";
import { loadGraph } from "../local/program/graph";
import { readStackConfig } from "../local/program/stack-config";
import { projectDirectory } from "../local/project";
import { readConfig } from "../local/session/sites";
import { nowAndThen } from "../local/session/steps";
import { type Arguments, readArguments, usage } from "./cost/arguments";
import { type Estimate, estimate } from "./cost/estimate";
import { formatComparison, formatEstimate } from "./cost/format";
import { runDay } from "./cost/local-day";
import { readPrices } from "./cost/prices";
import { type Variant, withOnly, withVariant } from "./cost/variants";

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
    return estimate(
      changed,
      await runDay(changed, await loadGraph(changed), { period_s: args.every, progress }),
      prices,
    );
  };
  const isBridged = sites.some(({ meters }) => meters.some(({ connection }) => connection === "bridge"));
  const bridges = isBridged ? (["mosquitto", "joining"] as const) : [own.bridge];
  const variants = args.compare
    ? (["buffered", "direct"] as const).flatMap((delivery) =>
        [false, true].flatMap((live) => bridges.map((bridge) => ({ delivery, live, bridge }))),
      )
    : [own];
  const estimates = [];
  // One after the other: each is a cloud of its own.
  for (const variant of variants)
    estimates.push({ name: nameOf(variant), ...variant, estimate: await estimateOf(variant) });
  if (args.json) {
    console.log(JSON.stringify({ region: prices.region, sources: prices.sources, estimates }, undefined, 2));
    return;
  }
  const described = `stack ${args.stack}${args.only === undefined ? "" : `, ${args.only} alone`}, a report each ${args.every} s`;
  for (const { name, estimate: each } of estimates) console.log(`${formatEstimate(`${described}: ${name}`, each)}\n`);
  if (args.compare) console.log(`${formatComparison(estimates)}\n`);
  for (const source of prices.sources) console.log(`Prices of ${source}.`);
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
