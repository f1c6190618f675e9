/**
 * The Shelly energy meters that wattlake knows.
 *
 * `maxPowerW` is what the largest current clamp of the model carries at 230 V: no true reading of a channel is above it.
 * Clamps and components: shelly-api-docs.shelly.cloud (device pages). `-mono` is the same hardware in the profile
 * `monophase`, which reports three independent channels instead of three phases; wattlake counts channels in both.
 */
export interface MeterModel {
  /** 1 sends a bare scalar per MQTT topic and knows no TLS; 2 and later send JSON notifications. */
  readonly generation: 1 | 2 | 3;
  /** Measuring channels, numbered from 0. */
  readonly channels: number;
  /** W, per channel. */
  readonly maxPowerW: number;
}

const model = (generation: 1 | 2 | 3, channels: number, clampA: number): MeterModel => ({
  generation,
  channels,
  maxPowerW: clampA * 230,
});

export const meterModels = {
  EM: model(1, 2, 120),
  "3EM": model(1, 3, 120),
  EMG3: model(3, 2, 120),
  ProEM50: model(2, 2, 50),
  Pro3EM: model(2, 3, 120),
  "Pro3EM-mono": model(2, 3, 120),
  Pro3EM400: model(2, 3, 400),
  "Pro3EM400-mono": model(2, 3, 400),
  "3EM63G3": model(3, 3, 63),
  "3EM63G3-mono": model(3, 3, 63),
} as const satisfies Record<string, MeterModel>;

export type ModelName = keyof typeof meterModels;
