/**
 * The Shelly energy meters that wattlake knows.
 *
 * `maxPowerW` is what the largest current clamp of the model carries at 230 V: no true reading of a channel is above it.
 * Clamps and components: shelly-api-docs.shelly.cloud (device pages). `-mono` is the same hardware in its other profile:
 * wattlake counts channels in both.
 */

/** How a meter with a choice is set: one component of three phases, or three independent channels. */
export type MeterProfile = "triphase" | "monophase";

export interface MeterModel {
  /** 1 sends a bare scalar per MQTT topic and knows no TLS; 2 and later send JSON notifications. */
  readonly generation: 1 | 2 | 3;
  /** Measuring channels, numbered from 0. */
  readonly channels: number;
  /** W, per channel. */
  readonly maxPowerW: number;
  /** Undefined for a model without a choice, whose channels are always independent. */
  readonly profile: MeterProfile | undefined;
}

const model = (
  generation: 1 | 2 | 3,
  channels: number,
  clampA: number,
  profile: MeterProfile | undefined,
): MeterModel => ({ generation, channels, maxPowerW: clampA * 230, profile });

export const meterModels = {
  EM: model(1, 2, 120, undefined),
  "3EM": model(1, 3, 120, undefined),
  EMG3: model(3, 2, 120, undefined),
  ProEM50: model(2, 2, 50, undefined),
  Pro3EM: model(2, 3, 120, "triphase"),
  "Pro3EM-mono": model(2, 3, 120, "monophase"),
  Pro3EM400: model(2, 3, 400, "triphase"),
  "Pro3EM400-mono": model(2, 3, 400, "monophase"),
  "3EM63G3": model(3, 3, 63, "triphase"),
  "3EM63G3-mono": model(3, 3, 63, "monophase"),
} as const satisfies Record<string, MeterModel>;

export type ModelName = keyof typeof meterModels;
