/** The channels of a site, and for how much of a step each was in place. */
import { z } from "zod";
import type { Step } from "../../server/range";
import type { Asked } from "../question";

const channelRow = z.object({
  device: z.string(),
  channel: z.number(),
  channel_name: z.string(),
  role: z.enum(["grid", "solar", "battery", "load"]),
  in_place_from: z.string().nullable(),
  in_place_until: z.string().nullable(),
});
export type Channel = z.infer<typeof channelRow>;

export const readChannels = async ({ ask }: Asked): Promise<Channel[]> =>
  z.array(channelRow).parse(
    await ask(
      `SELECT device, channel, channel_name, role, in_place_from, in_place_until FROM meters
         WHERE site = @site ORDER BY device, channel`,
    ),
  );

/** Time of a step that has passed with the channel in place, s. */
export function askedSeconds(channel: Channel | undefined, { start, end }: Step, now: number): number {
  const from = channel?.in_place_from ? Date.parse(channel.in_place_from) : Number.NEGATIVE_INFINITY;
  const until = channel?.in_place_until ? Date.parse(channel.in_place_until) : Number.POSITIVE_INFINITY;
  return Math.max(0, (Math.min(end, until, now) - Math.max(start, from)) / 1000);
}

export const keyOf = ({ device, channel }: { readonly device: string; readonly channel: number }) =>
  `${device}/${channel}`;
