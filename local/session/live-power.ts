/** What the view `live_power` says of each channel that is in place, with what it takes to judge how far that holds now. */
import { z } from "zod";
import { roleNames } from "../../configuration/roles";
import type { Warehouse } from "../cloud";

const row = z.object({
  site: z.string(),
  channel_name: z.string(),
  role: z.enum(roleNames),
  ts: z.iso
    .datetime()
    .transform((instant) => Date.parse(instant))
    .nullable(),
  power_w: z.number().nullable(),
  max_gap_s: z.number(),
});

/** `ts`: when it was read, ms; `power_w`: positive is import. Neither is there where nothing tells of it. */
export type ChannelPower = z.infer<typeof row>;

const query = `
  SELECT p.site, p.channel_name, p.role, p.ts, p.power_w, m.max_gap_s
  FROM \`wattlake.live_power\` AS p
  JOIN \`wattlake.meters\` AS m ON m.site = p.site AND m.device = p.device AND m.channel = p.channel
  WHERE (m.in_place_from IS NULL OR m.in_place_from <= CURRENT_TIMESTAMP())
    AND (m.in_place_until IS NULL OR m.in_place_until > CURRENT_TIMESTAMP())
  ORDER BY p.site, p.device, p.channel`;

/** By site; within it by role, the grid first. */
export async function readPower(warehouse: Pick<Warehouse, "query">): Promise<ChannelPower[]> {
  const channels = z.array(row).parse(await warehouse.query(query));
  const place = ({ role }: ChannelPower) => roleNames.indexOf(role);
  return channels.sort((a, b) => (a.site === b.site ? place(a) - place(b) : 0));
}
