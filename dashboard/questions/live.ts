/** *Now*: the latest power of each channel of all sites; asked again and again while somebody looks. */
import { z } from "zod";

export const livePower = {
  /** Without the live path there is no such view. */
  view: "live_power",
  sql: "SELECT site, device, channel, channel_name, role, ts, power_w FROM live_power ORDER BY site, device, channel",
  rows: z.array(
    z.object({
      site: z.string(),
      device: z.string(),
      channel: z.number(),
      channel_name: z.string(),
      role: z.string(),
      ts: z.string().nullable(),
      power_w: z.number().nullable(),
    }),
  ),
};
