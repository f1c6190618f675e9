/** *Now*: the latest power of each channel of all sites; asked again and again while somebody looks. */
import { z } from "zod";
import type { Table } from "./question";

/** With what the site's meters say of how long a value holds, and how grid channels are netted. */
const powerOf = (condition: string) => `
  SELECT p.site, p.device, p.channel, p.channel_name, p.role, p.ts, p.power_w, p.age_s, m.max_gap_s, m.netting
  FROM live_power AS p
  JOIN meters AS m ON m.site = p.site AND m.device = p.device AND m.channel = p.channel
  ${condition}
  ORDER BY p.site, p.device, p.channel`;

const channelRow = z.object({
  device: z.string(),
  channel: z.number(),
  channel_name: z.string(),
  role: z.string(),
  ts: z.string().nullable(),
  power_w: z.number().nullable(),
  age_s: z.number().nullable(),
  max_gap_s: z.number(),
  netting: z.string(),
});

export const livePower = {
  /** Without the live path there is no such view. */
  view: "live_power",
  sql: powerOf(""),
  rows: z.array(channelRow.extend({ site: z.string() })),
};

export const power: Table = {
  name: "power",
  view: () => livePower.view,
  own: {
    max_gap_s: "A longer time without a reading is a gap, s: an older value says nothing of now.",
    netting: "How grid channels are netted before import and export are split.",
  },
  row: channelRow,
  rows: async ({ ask }) => z.array(channelRow).parse(await ask(powerOf("WHERE p.site = @site"))),
};
