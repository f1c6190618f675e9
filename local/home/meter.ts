/** A simulated Shelly: its counters, and when and how it reports, by generation. */
import type { Site } from "../../config";
import { meterModels } from "../../configuration/meter-models";

export type MeterConfig = Site["meters"][number];

/** What a channel shows at an instant. */
export interface Measured {
  readonly index: number;
  /** + is import. */
  readonly power_w: number;
  readonly voltage_v: number;
  readonly import_wh: number;
  readonly export_wh: number;
}

/** When a meter speaks: at least every `period_s`, and as soon as power changed by more than both limits. */
export interface Reporting {
  /** Resolution of the simulation. */
  readonly step_s: number;
  readonly period_s: number;
  readonly change_w: number;
  /** Of the last reported power. */
  readonly change_share: number;
  /** Probability of an outage of some hours on a day; the counters go on meanwhile. */
  readonly outage: number;
}

/** What outlives a restart. */
export interface MeterState {
  readonly channels: { import_wh: number; export_wh: number; reported_w: number | null }[];
  reported_at: number;
}

export interface Message {
  readonly topic: string;
  readonly payload: string;
}

export const freshMeter = ({ channels }: MeterConfig): MeterState => ({
  channels: channels.map(() => ({ import_wh: 0, export_wh: 0, reported_w: null })),
  reported_at: 0,
});

/** Adds the energy of a span of constant powers, one a channel, to the counters. */
export function count(state: MeterState, powers: readonly number[], seconds: number): void {
  for (const [index, counter] of state.channels.entries()) {
    const energy_wh = ((powers[index] ?? 0) * seconds) / 3600;
    if (energy_wh > 0) counter.import_wh += energy_wh;
    else counter.export_wh -= energy_wh;
  }
}

export function isDue(state: MeterState, powers: readonly number[], at: number, reporting: Reporting): boolean {
  if (at - state.reported_at >= reporting.period_s * 1000) return true;
  return powers.some((power, index) => {
    const reported = state.channels[index]?.reported_w ?? 0;
    return Math.abs(power - reported) > Math.max(reporting.change_w, reporting.change_share * Math.abs(reported));
  });
}

/** The messages of one report. */
export function report(meter: MeterConfig, generation: number, at: number, channels: readonly Measured[]): Message[] {
  if (generation === 1) return channels.flatMap((channel) => gen1(meter.id, channel));
  const { profile } = meterModels[meter.model];
  return gen2(meter.id, at, profile === "triphase" ? triphase(channels) : monophase(channels));
}

/** A bare scalar a topic; powers with two decimals, counters (Wh) with one. */
function gen1(id: string, { index, power_w, voltage_v, import_wh, export_wh }: Measured): Message[] {
  const values = {
    power: power_w.toFixed(2),
    reactive_power: (-0.2 * power_w).toFixed(2),
    voltage: voltage_v.toFixed(2),
    total: import_wh.toFixed(1),
    total_returned: export_wh.toFixed(1),
  };
  return Object.entries(values).map(([metric, payload]) => ({
    topic: `shellies/${id}/emeter/${index}/${metric}`,
    payload,
  }));
}

/** JSON-RPC notifications: one a component. */
function gen2(id: string, at: number, components: Record<string, Record<string, number>>): Message[] {
  return Object.entries(components).map(([name, values]) => ({
    topic: `${id}/events/rpc`,
    payload: JSON.stringify({
      src: id,
      dst: `${id}/events`,
      method: "NotifyStatus",
      params: { ts: Math.round(at / 10) / 100, [name]: { id: Number(name.split(":")[1]), ...values } },
    }),
  }));
}

const electrical = ({ power_w, voltage_v }: Measured) => ({
  act_power: round(power_w, 1),
  aprt_power: round(Math.abs(power_w) * 1.02, 1),
  current: round((Math.abs(power_w) * 1.02) / voltage_v, 3),
  freq: 50,
  pf: power_w === 0 ? 0 : 0.98,
  voltage: round(voltage_v, 1),
});

const monophase = (channels: readonly Measured[]) =>
  Object.fromEntries(
    channels.flatMap((channel) => [
      [`em1:${channel.index}`, electrical(channel)],
      [
        `em1data:${channel.index}`,
        { total_act_energy: round(channel.import_wh, 2), total_act_ret_energy: round(channel.export_wh, 2) },
      ],
    ]),
  );

/** Three phases in one component, `a_`, `b_`, `c_`. */
const triphase = (channels: readonly Measured[]) => {
  const phases = (values: (channel: Measured) => Record<string, number>) =>
    Object.fromEntries(
      channels.flatMap((channel) =>
        Object.entries(values(channel)).map(([name, value]) => [`${"abc"[channel.index]}_${name}`, value]),
      ),
    );
  return {
    "em:0": phases(electrical),
    "emdata:0": phases(({ import_wh, export_wh }) => ({
      total_act_energy: round(import_wh, 2),
      total_act_ret_energy: round(export_wh, 2),
    })),
  };
};

const round = (value: number, decimals: number) => Number(value.toFixed(decimals));
