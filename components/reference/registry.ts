/** The registry: every site, meter and channel of the stack configuration as a line of `reference/meters.jsonl`. */
import type { StackConfig } from "../../config";
import { meterModels } from "../../configuration/meter-models";
import { toSeconds } from "../../configuration/quantities";
import type { ChannelRole } from "../../configuration/roles";
import { type TimeInPlace, timeInPlace } from "../../configuration/time-in-place";

/** A channel of a meter at a site, and when it was in place. */
export interface RegistryLine extends TimeInPlace {
  /** From 1 on, in the order of the configuration: it may be another after a change of the configuration. */
  readonly number: number;
  readonly site: string;
  readonly timezone: string;
  readonly currency: string;
  readonly netting: "sum" | "per_channel";
  readonly device: string;
  readonly model: string;
  readonly generation: number;
  readonly connection: "bridge" | "direct";
  readonly integration: "hold" | "trapezoid";
  /** s */
  readonly max_gap_s: number;
  readonly channel: number;
  readonly channel_name: string;
  readonly role: ChannelRole;
  /** W */
  readonly max_power_w: number;
}

/** The lines in the order of the configuration. */
export function registry({ sites }: Pick<StackConfig, "sites">): RegistryLine[] {
  const lines = sites.flatMap((site) =>
    site.meters.flatMap((meter) => {
      const { generation, maxPowerW } = meterModels[meter.model];
      return meter.channels.map((channel) => ({
        site: site.id,
        timezone: site.timezone,
        currency: site.currency,
        netting: site.netting,
        device: meter.id,
        model: meter.model,
        generation,
        connection: meter.connection,
        integration: meter.integration,
        max_gap_s: toSeconds(meter.maxGap),
        channel: channel.index,
        channel_name: channel.name,
        role: channel.role,
        max_power_w: channel.maxPower ?? maxPowerW,
        ...timeInPlace(site.timezone, meter, channel),
      }));
    }),
  );
  return lines.map((line, index) => ({ number: index + 1, ...line }));
}
