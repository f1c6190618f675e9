/**
 * The real household capture as readings: Gen1 messages, one topic a value, whose instant is the whole second of arrival.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import type { Reading, ReadingField } from "../../functions/readings/reading";
import { stackConfig } from "./lake";

export const captureFolder = join(__dirname, "../../../shared/data/home-capture");
export const hasCapture = existsSync(captureFolder);

export const captureConfig = (integration: "hold" | "trapezoid") =>
  stackConfig(
    [
      {
        id: "home",
        timezone: "Europe/London",
        currency: "GBP",
        meters: [
          {
            id: "shellyem-5B1F0A",
            model: "EM",
            integration,
            maxGap: "930 s",
            channels: [
              { index: 0, name: "Grid", role: "grid" },
              { index: 1, name: "House", role: "load" },
            ],
          },
        ],
      },
    ],
    "2025-05-31",
    "2025-06-07",
  );

const fields: Readonly<Record<string, ReadingField>> = {
  power: "power_w",
  voltage: "voltage_v",
  total: "import_counter_wh",
  total_returned: "export_counter_wh",
};
const messageSchema = z.object({ received_at: z.iso.datetime(), topic: z.string(), payload: z.coerce.number() });

/** A Gen1 message: one topic, one number. */
type Message = z.infer<typeof messageSchema>;

export const parseMessage = (line: string): Message => messageSchema.parse(JSON.parse(line));

/** What a topic tells: `shellies/<device>/emeter/<channel>/<metric>`. */
export function gen1Field({ topic }: Message): { device: string; channel: number; field: ReadingField } {
  const [, device = "", , channel = "", metric = ""] = topic.split("/");
  const field = fields[metric];
  if (field === undefined) throw new Error(`a topic that no rule takes: ${topic}`);
  return { device, channel: Number(channel), field };
}

/** All readings in order; of two values of one instant the smaller one stays. */
export function captureReadings(): Reading[] {
  const readings = new Map<string, Reading>();
  for (const file of readdirSync(captureFolder)
    .filter((name) => name.endsWith(".mqtt.jsonl.gz"))
    .sort()) {
    for (const line of gunzipSync(readFileSync(join(captureFolder, file)))
      .toString()
      .trim()
      .split("\n")) {
      const message = parseMessage(line);
      const { device, channel, field } = gen1Field(message);
      const ts = new Date(message.received_at).toISOString();
      const key = `${device}/${channel}/${ts}`;
      const reading = readings.get(key) ?? { ts, device, channel };
      readings.set(key, { ...reading, [field]: Math.min(reading[field] ?? message.payload, message.payload) });
    }
  }
  return [...readings.values()];
}
