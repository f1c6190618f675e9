/**
 * Small captures of what owners of meters have reported in public, `../shared/data/field-cases`: their Gen1 messages as
 * readings, whose instant is the whole second of arrival, as in the pipeline.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Reading } from "../../functions/readings/reading";
import { gen1Field, parseMessage } from "./capture";

export const fieldCasesFolder = join(__dirname, "../../../shared/data/field-cases");
export const hasFieldCases = existsSync(fieldCasesFolder);

/** The readings of a file, by device, channel and second. */
export function fieldCaseReadings(name: string): Reading[] {
  const readings = new Map<string, Reading>();
  for (const line of readFileSync(join(fieldCasesFolder, `${name}.jsonl`), "utf8")
    .trim()
    .split("\n")) {
    const message = parseMessage(line);
    const ts = `${message.received_at.slice(0, 19)}.000Z`;
    const { device, channel, field } = gen1Field(message);
    const key = `${device}/${channel}/${ts}`;
    readings.set(key, { ...(readings.get(key) ?? { ts, device, channel }), [field]: message.payload });
  }
  return [...readings.values()];
}
