/**
 * Reads a raw line of the lake: a Shelly message as the topic rules stored it.
 *
 * Gen1 sends one bare scalar a topic (shelly-api-docs.shelly.cloud/gen1, Shelly EM) and has no clock: its instant is
 * the arrival, cut to whole seconds so that one burst of topics is one reading. Gen2+ sends `NotifyStatus` deltas with
 * the device's own time (shelly-api-docs.shelly.cloud/gen2, Notifications, EM1, EM1Data, EM, EMData).
 */
import { z } from "zod";
import { gen1Metrics } from "./gen1-metrics";
import { type Measurement, messageKinds, readingBounds, readingFields } from "./reading";

/** What a raw line turned out to be. A reason is a stable word that manifests count by. */
export type ParsedLine =
  | { outcome: "measured"; measurements: Measurement[]; unknownComponents: number }
  | { outcome: "ignored"; reason: string; device?: string | undefined }
  | { outcome: "quarantined"; reason: string; device?: string | undefined; received?: number | undefined };

/** Reads lines of both generations; throws nothing. */
export function makeShellyParser() {
  // Globals by names of the factory's own, see docs/architecture.md, The serialized callbacks.
  const { parse } = JSON;
  const { round } = Math;
  const { isArray } = Array;
  const { isFinite: isFiniteNumber, NaN: unknown } = Number;
  const absent = undefined;
  const kinds = messageKinds;
  const field = (name: (typeof readingFields)[number]) => readingFields.indexOf(name);

  const power = field("power_w");

  const gen1Fields = new Map<string, number>(gen1Metrics.map(([metric, name]) => [metric, field(name)]));
  const counters = new Set([field("import_counter_wh"), field("export_counter_wh")]);
  /** What firmware and converters put where a counter has no value: the ends of 32-bit integers, also as 32-bit floats have them. */
  const sentinels = new Set([2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32]);
  /** Whether a number stands for a counter that has no value. A counter is never negative. */
  const isNoCounter = (index: number, value: number) => counters.has(index) && (value < 0 || sentinels.has(value));
  const bounds = readingFields.map((name) => readingBounds[name]);
  /** Whether no meter can have measured a number. */
  const isBeyond = (index: number, value: number) => {
    const bound = bounds[index] as number;
    return value > bound || value < -bound;
  };
  const gen1Volatile = new Set(["energy", "returned_energy"]);

  /** Gen2+ attribute -> field, of `em1:N` and (behind a phase letter) `em:0`. */
  const statusFields = new Map([
    ["act_power", field("power_w")],
    ["voltage", field("voltage_v")],
    ["current", field("current_a")],
    ["pf", field("power_factor")],
    ["freq", field("frequency_hz")],
  ]);
  /** Gen2+ attribute -> field, of `em1data:N` and (behind a phase letter) `emdata:0`; cumulative Wh. */
  const counterFields = new Map([
    ["total_act_energy", field("import_counter_wh")],
    ["total_act_ret_energy", field("export_counter_wh")],
  ]);
  const phases = new Map([
    ["a_", 0],
    ["b_", 1],
    ["c_", 2],
  ]);

  /** A meter has at most 16 of a component: `em1:0` to `em1:15`. */
  const instances = new Map(Array.from({ length: 16 }, (_, instance) => [String(instance), instance]));

  /** A device whose clock is not set sends times near 1970 or its own future: such a time is no instant. */
  const earliest = 1_577_836_800_000;
  const farthestAhead = 3_600_000;

  /** Any object, as it is: a record schema would copy it. */
  const isAttributes = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !isArray(value);
  const gen1Line = z.object({
    device: z.string().min(1),
    channel: z.int().min(0).max(15),
    metric: z.string(),
    received_ms: z.int().positive(),
  });
  const gen2Line = z.object({
    device: z.string().min(1),
    method: z.string(),
    received_ms: z.int().positive(),
    params: z.custom<Record<string, unknown>>(isAttributes).optional(),
  });

  function parseGen1(line: unknown, value: unknown): ParsedLine {
    const parsed = gen1Line.safeParse(line);
    if (!parsed.success) return { outcome: "quarantined", reason: "not_a_raw_line" };
    const { device, channel, metric, received_ms } = parsed.data;
    const index = gen1Fields.get(metric);
    if (index === absent) {
      return { outcome: "ignored", reason: gen1Volatile.has(metric) ? "volatile_counter" : "unknown_metric", device };
    }
    if (typeof value !== "number" || !isFiniteNumber(value)) {
      return { outcome: "quarantined", reason: "not_a_number", device, received: received_ms };
    }
    if (isNoCounter(index, value)) return { outcome: "ignored", reason: "no_counter_value", device };
    if (isBeyond(index, value))
      return { outcome: "quarantined", reason: "out_of_range", device, received: received_ms };
    const measurement: Measurement = {
      device,
      channel,
      ts: received_ms - (received_ms % 1000),
      received: received_ms,
      kind: 1 << index,
      fields: [index],
      values: [value === 0 ? 0 : value],
    };
    return { outcome: "measured", measurements: [measurement], unknownComponents: 0 };
  }

  /** The part of a message that tells of a channel in a component of a kind: found, or begun. */
  function measurementOf(
    among: Measurement[],
    device: string,
    channel: number,
    ts: number,
    received: number,
    kind: number,
  ): Measurement {
    for (const measurement of among)
      if (measurement.channel === channel && measurement.kind === kind) return measurement;
    const begun = { device, channel, ts, received, kind, fields: [], values: [] };
    among.push(begun);
    return begun;
  }

  function parseGen2(line: unknown): ParsedLine {
    const parsed = gen2Line.safeParse(line);
    if (!parsed.success) return { outcome: "quarantined", reason: "not_a_raw_line" };
    const { device, method, received_ms: received, params } = parsed.data;
    if (method === "NotifyEvent") return { outcome: "ignored", reason: "notify_event", device };
    if (method !== "NotifyStatus" && method !== "NotifyFullStatus") {
      return { outcome: "ignored", reason: "unknown_method", device };
    }
    const quarantined = (reason: string): ParsedLine => ({ outcome: "quarantined", reason, device, received });
    if (!params) return quarantined("no_params");

    const seconds = params.ts;
    const ts = typeof seconds === "number" ? round(seconds * 1000) : unknown;
    if (!(ts >= earliest && ts <= received + farthestAhead)) return quarantined("device_clock");

    const measurements: Measurement[] = [];
    let unknownComponents = 0;
    let reason = "no_measurement";
    for (const name in params) {
      if (name === "ts") continue;
      const colon = name.indexOf(":");
      const type = colon < 0 ? name : name.slice(0, colon);
      const perPhase = type === "em" || type === "emdata";
      const isStatus = type === "em1" || type === "em";
      if (!isStatus && type !== "em1data" && type !== "emdata") {
        unknownComponents++;
        continue;
      }
      const instance = instances.get(name.slice(colon + 1));
      const attributes = params[name];
      if (colon < 0 || instance === absent || !isAttributes(attributes)) return quarantined("bad_component");

      for (const attribute in attributes) {
        const phase = perPhase ? phases.get(attribute.slice(0, 2)) : absent;
        if (perPhase && phase === absent) continue;
        const index = (isStatus ? statusFields : counterFields).get(perPhase ? attribute.slice(2) : attribute);
        const value = attributes[attribute];
        // An attribute that is absent has not changed; one that is null is one that the meter does not know any more.
        // Of power that must be kept: the last value does not hold on.
        if (index === absent || (value === null && index !== power)) continue;
        if (value !== null && (typeof value !== "number" || !isFiniteNumber(value))) return quarantined("not_a_number");
        if (value !== null && isNoCounter(index, value)) {
          reason = "no_counter_value";
          continue;
        }
        if (value !== null && isBeyond(index, value)) return quarantined("out_of_range");
        const channel = phase ?? instance;
        const kind = isStatus ? kinds.status : kinds.counters;
        const measurement = measurementOf(measurements, device, channel, ts, received, kind);
        if (value === null) {
          measurement.power_unknown = true;
          continue;
        }
        measurement.fields.push(index);
        measurement.values.push(value === 0 ? 0 : value);
      }
    }
    if (measurements.length === 0) return { outcome: "ignored", reason, device };
    return { outcome: "measured", measurements, unknownComponents };
  }

  /** Reads one raw line (without its line end). */
  return function parseLine(text: string): ParsedLine {
    let line: unknown;
    try {
      line = parse(text);
    } catch {
      return { outcome: "quarantined", reason: "not_json" };
    }
    if (typeof line !== "object" || line === null) return { outcome: "quarantined", reason: "not_a_raw_line" };
    if ("metric" in line) return parseGen1(line, "value" in line ? line.value : absent);
    return parseGen2(line);
  };
}
