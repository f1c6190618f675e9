/** A field case as the pipeline leaves it: its messages as raw lines, through the steps of a run, as tables for the engines. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { registry } from "../../components/reference/registry";
import { zoneDays } from "../../components/reference/zone-days";
import type { StackConfig } from "../../config";
import { partitionOf } from "../../functions/lake/keys";
import { groupBy } from "../../local/group";
import { readCapture, type TimedMessage } from "../../local/messages/capture";
import { type Lake as LakeFolder, run, sourceSteps, type startLakes } from "../functions/lake";
import { gen1Line } from "../functions/messages";
import type { Lake } from "./lake";

export const fieldCasesFolder = join(__dirname, "../../../shared/data/field-cases");
export const hasFieldCases = existsSync(fieldCasesFolder);

/** The line that the topic rules make of a message. */
function rawLine({ at, topic, payload }: TimedMessage): string {
  const [first = "", second = "", , channel, metric = ""] = topic.split("/");
  if (first === "shellies") return gen1Line(second, Number(channel), metric, Number(payload), at);
  return JSON.stringify({ ...JSON.parse(payload), device: first, received_ms: at, trace_id: "t" });
}

/** Runs the messages through the pipeline at `now`, in a lake of their own. */
export async function fillLake(
  lakes: Awaited<ReturnType<typeof startLakes>>,
  config: StackConfig,
  messages: readonly TimedMessage[],
  now: string,
): Promise<LakeFolder> {
  const lake = await lakes.open({ meters: registry(config), days: zoneDays(config) });
  const byHour = groupBy(messages, ({ at }) => new Date(at).toISOString().slice(0, 13));
  for (const [hour, own] of byHour) await lake.putRaw(hour, "all.gz", own.map(rawLine));
  await run(sourceSteps(lake), { now });
  return lake;
}

/** The same as tables. */
export async function throughPipeline(
  lakes: Awaited<ReturnType<typeof startLakes>>,
  config: StackConfig,
  messages: readonly TimedMessage[],
  now: string,
): Promise<Lake> {
  const lake = await fillLake(lakes, config, messages, now);
  const daily = [];
  for (const key of await lake.keys("daily/")) {
    for (const line of await lake.lines(key)) daily.push({ ...partitionOf(key), ...JSON.parse(line) });
  }
  const manifests = [];
  for (const key of await lake.keys("manifests/days/"))
    manifests.push({ ...partitionOf(key), ...(await lake.json(key)) });
  return {
    daily_files: daily,
    day_manifests: manifests,
    hour_manifests: [],
    meters: registry(config).map((row) => ({ ...row })),
    zone_days: zoneDays(config).map((row) => ({ ...row })),
  };
}

export const readFieldCase = (name: string) => readCapture(join(fieldCasesFolder, `${name}.jsonl`));
