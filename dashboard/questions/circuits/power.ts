/** The power of each channel on one day: its mean by quarter hour, of the time for which it is measured. */
import { z } from "zod";
import type { Asked, Table } from "../question";
import { askedSeconds, keyOf, readChannels } from "./channels";

const powerRow = z.object({
  start: z.string(),
  channel_name: z.string(),
  role: z.enum(["grid", "solar", "battery", "load"]),
  power_w: z.number().nullable(),
  step_s: z.number(),
  covered_s: z.number(),
});
const answered = z.array(
  z.object({
    start: z.string(),
    device: z.string(),
    channel: z.number(),
    power_w: z.number().nullable(),
    covered_s: z.number(),
  }),
);

/** Of more than a day no rows: a line of a year's quarter hours says nothing. */
async function readPower(asked: Asked): Promise<z.infer<typeof powerRow>[]> {
  const { ask, range, now } = asked;
  if (range.grain !== "slot") return [];
  const [channels, rows] = await Promise.all([
    readChannels(asked),
    ask(`SELECT slot_start AS start, device, channel, covered_s,
        IF(covered_s > 0, (import_wh - export_wh) * 3600 / covered_s, NULL) AS power_w
      FROM power_energy WHERE site = @site AND date BETWEEN @from_date AND @to_date`),
  ]);
  const found = new Map(answered.parse(rows).map((row) => [`${keyOf(row)} ${Date.parse(row.start)}`, row]));
  return channels.flatMap((channel) =>
    range.steps.flatMap((step) => {
      const step_s = askedSeconds(channel, step, now);
      if (step_s === 0 && step.start < now) return [];
      const { power_w = null, covered_s = 0 } = found.get(`${keyOf(channel)} ${step.start}`) ?? {};
      const { channel_name, role } = channel;
      return [{ start: step.label, channel_name, role, power_w, step_s, covered_s }];
    }),
  );
}

export const power: Table = {
  name: "power",
  view: () => "power_energy",
  own: {
    start: "First instant of the quarter hour, UTC.",
    channel_name: "Name of the channel.",
    role: "grid, solar, battery or load.",
    power_w:
      "Mean power over the measured time, W; NULL where none is. Above zero: taken from the grid, made by the sun, given by a battery, used by a load.",
    step_s: "Time of the quarter hour that has passed with the channel in place, s.",
  },
  row: powerRow,
  rows: readPower,
};
