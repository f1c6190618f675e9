/**
 * A row of `live_readings`: what one message tells of one channel at one instant. Several rows make a reading; the view
 * `live_merged` merges them by the rule of the daily files.
 */
import { createHash } from "node:crypto";
import { type MeasuredFields, type Measurement, readingFields } from "../readings/reading";

/** `ts` and `received` are UTC instants as ISO 8601 with milliseconds, `date` is the site's local day. */
export interface LiveRow {
  /** The same for the same row, so that BigQuery takes a row that is sent again for one it has. */
  insertId: string;
  json: {
    site: string;
    date: string;
    ts: string;
    device: string;
    channel: number;
    received: string;
  } & MeasuredFields;
}

export function makeLiveRows() {
  const fields = readingFields;

  /** The row of a measurement that belongs to a site's local day. */
  return function toLiveRow(site: string, date: string, measurement: Measurement): LiveRow {
    const { ts, device, channel, received } = measurement;
    const json: LiveRow["json"] = {
      site,
      date,
      ts: new Date(ts).toISOString(),
      device,
      channel,
      received: new Date(received).toISOString(),
    };
    for (let i = 0; i < measurement.fields.length; i++) {
      const field = fields[measurement.fields[i] as number];
      const value = measurement.values[i];
      if (field !== undefined && value !== undefined) json[field] = value;
    }
    if (measurement.power_unknown) json.power_unknown = true;
    return { insertId: createHash("sha256").update(JSON.stringify(json)).digest("base64url"), json };
  };
}
