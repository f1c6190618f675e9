/**
 * The field cases of `../shared/data/field-cases` as one lake: each file is a site whose messages have gone through the
 * pipeline's own callbacks, and of each the energy that is right.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { registry } from "../components/reference/registry";
import { siteDays } from "../components/reference/site-days";
import { parseConfig } from "../config";
import type { ModelName } from "../configuration/meter-models";
import { mirrored } from "../functions/lake/keys";
import { groupBy } from "../local/group";
import { readCapture, type TimedMessage } from "../local/messages/capture";
import { type Lake, run, sourceSteps, startLakes } from "../tests/functions/lake";
import { gen1Line } from "../tests/functions/messages";

export const fieldCasesFolder = join(__dirname, "../../shared/data/field-cases");
export const hasFieldCases = existsSync(fieldCasesFolder);

/** The cases whose answer is an energy: import of all channels of the site. What is right says the folder's README. */
export interface FieldCase {
  /** The file's name without its extension, and the site's id. */
  readonly name: string;
  readonly device: string;
  readonly model: ModelName;
  readonly right_kwh: number;
}

const of = (name: string, right_kwh: number, device: string, model: ModelName = "EM"): FieldCase => ({
  name,
  right_kwh,
  device,
  model,
});

export const fieldCases: readonly FieldCase[] = [
  of("counter-rolls-back", 10, "shellyem-s03"),
  of("counter-stands-still", 10, "shellyem-s05"),
  of("two-resets-with-power", 10, "shellyem-s04"),
  of("two-resets-counters-alone", 4.96, "shellyem-r04"),
  of("falls-to-a-smaller-value", 0.29, "shellyem-r19"),
  of("spike-of-a-young-counter", 1.2, "shellyem-s20"),
  of("zero-over-midnight", 0.024, "shellyem-r02"),
  of("power-becomes-null", 0.0056, "shellyemg3-s06", "EMG3"),
  of("forty-days-away", 200.03, "shellyem-s18"),
];

/** All of them in one stack; what a meter measures is a load, so that no balance of a site comes in. */
const config = () =>
  parseConfig({
    sites: fieldCases.map(({ name, device, model }) => ({
      ...{ id: name, timezone: "UTC", currency: "EUR" },
      meters: [{ id: device, model, channels: [{ index: 0, name: "All", role: "load" }] }],
    })),
    warehouse: { calendar: { from: "2025-06-01", to: "2025-07-31" } },
  });

/** Writes what the mirror has of them below `directory`. */
export async function writeFieldCases(directory: string): Promise<void> {
  const lakes = await startLakes();
  const said = console.log;
  // The callbacks log each unit of work.
  console.log = () => undefined;
  try {
    const lake = await lakes.open({ meters: registry(config()), days: siteDays(config()) });
    for (const { name } of fieldCases)
      await putMessages(lake, name, await readCapture(join(fieldCasesFolder, `${name}.jsonl`)));
    await run(sourceSteps(lake), { now: "2025-08-01T00:00:00.000Z" });
    for (const prefix of mirrored)
      for (const key of await lake.keys(prefix)) {
        const path = join(directory, key);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, await lake.get(key));
      }
  } finally {
    console.log = said;
    await lakes.close();
  }
}

async function putMessages(lake: Lake, name: string, messages: readonly TimedMessage[]): Promise<void> {
  const hours = groupBy(messages, ({ at }) => new Date(at).toISOString().slice(0, 13));
  for (const [hour, own] of hours) await lake.putRaw(hour, name, own.map(rawLine));
}

const gen2Payload = z.looseObject({ method: z.string() });

/** A message as the topic rules store it. */
function rawLine({ at, topic, payload }: TimedMessage): string {
  const [, device, channel, metric] = /^shellies\/([^/]+)\/emeter\/(\d+)\/(\w+)$/.exec(topic) ?? [];
  if (device !== undefined && metric !== undefined)
    return gen1Line(device, Number(channel), metric, Number(payload), at);
  const body = gen2Payload.parse(JSON.parse(payload));
  return JSON.stringify({ ...body, device: topic.split("/")[0], received_ms: at, trace_id: "t" });
}
