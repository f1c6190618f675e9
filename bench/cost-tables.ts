/** The tables of docs/cost.md, out of counted days (`cost-counts.json`) and the price lists: no day passes for them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { StackConfig } from "../local/program/stack-config";
import { readStackConfig } from "../local/program/stack-config";
import { projectDirectory } from "../local/project";
import { thousands } from "../local/session/steps";
import { type Counted, countedSchema } from "../tools/cost/counted";
import { type Estimate, estimate, type Line } from "../tools/cost/estimate";
import { readPrices } from "../tools/cost/prices";
import { type Variant, withVariant } from "../tools/cost/variants";

/** The days that are counted, of the home of Pulumi.prod.yaml. */
export const homes = {
  live: { delivery: "buffered", live: true, bridge: "mosquitto" },
  batch: { delivery: "buffered", live: false, bridge: "mosquitto" },
  direct: { delivery: "direct", live: false, bridge: "mosquitto" },
  joinedLive: { delivery: "buffered", live: true, bridge: "joining" },
  joined: { delivery: "buffered", live: false, bridge: "joining" },
  /** With as many messages as the bridge reckons with at most, and alarms: see `home-meters.ts`. */
  talkative: { delivery: "buffered", live: true, bridge: "mosquitto" },
} as const satisfies Record<string, Variant>;
export type HomeName = keyof typeof homes;
export const homeNames = z.enum(Object.keys(homes) as [HomeName, ...HomeName[]]);

export const countsFile = join(__dirname, "cost-counts.json");
const counts = z.record(homeNames, countedSchema);
export type Counts = Record<HomeName, Counted>;

export const readCounts = (): Counts => counts.parse(JSON.parse(readFileSync(countsFile, "utf8")));

/** The talkative one has alarms, as the estimate by hand has. */
export function stackOf(name: HomeName): StackConfig {
  const stack = withVariant(readStackConfig(projectDirectory, "prod"), homes[name]);
  const alerts = z.looseObject({}).default({}).parse(stack.values["wattlake:alerts"]);
  const changes = name === "talkative" ? { "wattlake:alerts": { ...alerts, email: "you@example.org" } } : {};
  return { ...stack, values: { ...stack.values, ...changes } };
}

const prices = readPrices("eu-central-1");
export const estimateOf = (name: HomeName, all: Counts): Estimate => estimate(stackOf(name), all[name], prices);

const usd = (amount: number) => amount.toFixed(2);
const sum = (lines: readonly Line[], of: (line: Line) => number) => lines.reduce((all, line) => all + of(line), 0);
const listed = (line: Line) => line.listed;
const paid = (line: Line) => line.usd;
const row = (...cells: readonly string[]) => `| ${cells.join(" | ")} |`;

export function costTables(all: Counts): Readonly<Record<string, string>> {
  return { "cost home": homeTable(all), "cost way": wayTable(all), "cost talkative": talkativeTable(all) };
}

const commands = {
  live: "`npm run cost -- --stack prod`: buffered, live",
  batch: "`-- --stack prod --live no`",
  direct: "`-- --stack prod --delivery direct --live no`",
  joinedLive: "`-- --stack prod --bridge joining`",
  joined: "`-- --stack prod --bridge joining --live no`",
} as const satisfies Partial<Record<HomeName, string>>;

function homeTable(all: Counts): string {
  const services = ["IoT Core", "Firehose", "S3", "SQS", "Step Functions", "CloudWatch"];
  const rows = (Object.keys(commands) as (keyof typeof commands)[]).map((name) => {
    const { lines } = estimateOf(name, all);
    const of = (service: string) =>
      usd(
        sum(
          lines.filter((line) => line.service === service),
          listed,
        ),
      );
    return row(commands[name], `${usd(sum(lines, listed))} (${usd(sum(lines, paid))})`, ...services.map(of));
  });
  return [row("", "in all", ...services), `|${"---|".repeat(services.length + 2)}`, ...rows].join("\n");
}

function wayTable(all: Counts): string {
  const wayOf = (home: HomeName, meter: RegExp, name: string) => {
    const found = estimateOf(home, all).meters.find(({ meter: id }) => meter.test(id));
    return row(name, thousands(found?.messagesADay ?? 0), usd(found?.usd ?? 0));
  };
  return [
    row("on the way to the lake, without the live path", "messages a day", "USD a month"),
    "|---|---|---|",
    wayOf("batch", /^shellyem-/, "the EM, by Basic Ingest"),
    wayOf("joined", /^shellyem-/, "the EM, a message a report (`bridge: joining`)"),
    wayOf("batch", /^shellyemg3-/, "the EM Gen3, connected directly"),
  ].join("\n");
}

/** By hand, dollars a month in Frankfurt with the live path: from what is left after free allowances to the list price. */
const byHand: readonly (readonly [name: string, least: number, most: number, of: (line: Line) => boolean])[] = [
  ["IoT Core", 1.7, 1.7, ({ service }) => service === "IoT Core"],
  ["SQS", 1.8, 1.8, ({ service }) => service === "SQS"],
  ["Lambda", 0, 1, ({ service }) => service === "Lambda"],
  ["logs", 0, 0.6, ({ item }) => item === "log_byte"],
  ["Step Functions", 0.4, 0.4, ({ service }) => service === "Step Functions"],
  ["Firehose", 0.3, 0.3, ({ service }) => service === "Firehose"],
  ["S3 and Cloud Storage", 0.2, 0.2, ({ service }) => service === "S3" || service === "Cloud Storage"],
  ["BigQuery, streaming", 0.1, 0.1, ({ service }) => service === "BigQuery"],
  ["alarms and metrics", 0, 0.6, ({ item }) => item === "alarm" || item === "custom_metric"],
];

function talkativeTable(all: Counts): string {
  const { lines } = estimateOf("talkative", all);
  const rows = byHand.map(([name, least, most, belongs]) => {
    const own = lines.filter(belongs);
    return row(
      name,
      least === most ? usd(most) : `${usd(least)} to ${usd(most)}`,
      usd(sum(own, listed)),
      usd(sum(own, paid)),
    );
  });
  const rest = lines.filter((line) => !byHand.some(([, , , belongs]) => belongs(line)));
  return [
    row("", "by hand", "counted, list", "counted, free taken off"),
    "|---|---|---|---|",
    ...rows,
    row("not in the estimate by hand", "", usd(sum(rest, listed)), usd(sum(rest, paid))),
    row("in all", "4 to 6", usd(sum(lines, listed)), usd(sum(lines, paid))),
  ].join("\n");
}
