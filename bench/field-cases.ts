/**
 * The field cases of `../shared/data/field-cases` as one lake: each file is a site whose messages have gone through the
 * pipeline's own callbacks, and of each the energy that is right.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ModelName } from "../configuration/meter-models";
import { mirrored } from "../functions/lake/keys";
import { startLakes } from "../tests/functions/lake";
import { fillLake, readFieldCase } from "../tests/sql/field-case";
import { stackConfig, writeEmptyLake } from "../tests/sql/lake";

/** The cases whose answer is an energy: import of all channels of the site. What is right says the folder's README. */
export interface FieldCase {
  /** The file's name without its extension, and the site's id. */
  readonly name: string;
  readonly device: string;
  readonly model: ModelName;
  readonly right_kwh: number;
  /** How far from it a figure may be. */
  readonly within_kwh: number;
}

const of = (
  name: string,
  right_kwh: number,
  within_kwh: number,
  device: string,
  model: ModelName = "EM",
): FieldCase => ({ name, right_kwh, within_kwh, device, model });

export const fieldCases: readonly FieldCase[] = [
  of("counter-rolls-back", 10, 0.1, "shellyem-s03"),
  of("counter-stands-still", 10, 0.1, "shellyem-s05"),
  of("two-resets-with-power", 10, 0.2, "shellyem-s04"),
  of("two-resets-counters-alone", 4.96, 1e-9, "shellyem-r04"),
  of("falls-to-a-smaller-value", 0.29, 0.02, "shellyem-r19"),
  of("spike-of-a-young-counter", 1.2, 0.012, "shellyem-s20"),
  of("zero-over-midnight", 0.024, 0.002, "shellyem-r02"),
  of("power-becomes-null", 0.0056, 0.001, "shellyemg3-s06", "EMG3"),
  of("forty-days-away", 200.03, 0.01, "shellyem-s18"),
];

/** Each case's meter alone at a site of that name; what it measures is a load, so that no balance of a site comes in. */
export const fieldCaseSites = () =>
  fieldCases.map(({ name, device, model }) => ({
    ...{ id: name, timezone: "UTC", currency: "EUR" },
    meters: [{ id: device, model, channels: [{ index: 0, name: "All", role: "load" }] }],
  }));

/** The messages of all cases in order of time. */
export async function fieldCaseMessages() {
  const messages = await Promise.all(fieldCases.map(({ name }) => readFieldCase(name)));
  return messages.flat().sort((a, b) => a.at - b.at);
}

/** The local days that they touch, with the days around them. */
export const fieldCaseDays = { from: "2025-06-01", to: "2025-07-31" } as const;

/** Writes what the mirror has of them below `directory`. */
export async function writeFieldCases(directory: string): Promise<void> {
  writeEmptyLake(directory);
  const lakes = await startLakes();
  const said = console.log;
  // The callbacks log each unit of work.
  console.log = () => undefined;
  try {
    const config = stackConfig(fieldCaseSites(), fieldCaseDays.from, fieldCaseDays.to);
    const lake = await fillLake(lakes, config, await fieldCaseMessages(), "2025-08-01T00:00:00.000Z");
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
