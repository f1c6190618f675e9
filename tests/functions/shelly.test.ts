/** The Shelly parser: what each message of each generation becomes, and what it never becomes. */
import type { Measurement } from "../../functions/readings/reading";
import { makeRows } from "../../functions/readings/rows";
import { makeShellyParser } from "../../functions/readings/shelly";

const parseLine = makeShellyParser();
const rows = makeRows();

/** A measurement as a daily line would have it. */
function toDailyLine(measurement: Measurement): string {
  const row = new Float64Array(rows.width);
  rows.write(row, 0, "", measurement);
  return rows.toDailyLine(row, 0);
}

const arrival = Date.parse("2025-01-30T17:05:45.250Z");

function gen1(metric: string, value: unknown, channel = 0) {
  return JSON.stringify({
    value,
    payload: "",
    device: "shellyem-A",
    channel,
    metric,
    received_ms: arrival,
    trace_id: "t",
  });
}

function gen2(params: unknown, method = "NotifyStatus") {
  return JSON.stringify({
    src: "x",
    dst: "y",
    method,
    params,
    device: "shellyemg3-B",
    received_ms: arrival,
    trace_id: "t",
  });
}

/** The daily lines that a raw line would give alone. */
function readings(line: string) {
  const parsed = parseLine(line);
  if (parsed.outcome !== "measured") throw new Error(JSON.stringify(parsed));
  return parsed.measurements.map((measurement) => JSON.parse(toDailyLine(measurement)));
}

describe("Gen1", () => {
  test.each([
    ["power", 611.53, { power_w: 611.53 }],
    ["power", -20.1, { power_w: -20.1 }],
    ["power", 0, { power_w: 0 }],
    ["reactive_power", 382.27, { reactive_power_var: 382.27 }],
    ["voltage", 238.85, { voltage_v: 238.85 }],
    ["current", 3.1, { current_a: 3.1 }],
    ["pf", 0.85, { power_factor: 0.85 }],
    ["total", 1891.9, { import_counter_wh: 1891.9 }],
    ["total_returned", 0, { export_counter_wh: 0 }],
  ])("%s %p is a reading at the whole second of its arrival", (metric, value, fields) => {
    expect(readings(gen1(metric, value, 1))).toEqual([
      { ts: "2025-01-30T17:05:45.000Z", device: "shellyem-A", channel: 1, ...fields },
    ]);
  });

  test.each([-1, -0.1, 2147483647, 2147483648, 4294967295, 4294967296])(
    "a counter of %p has no value: it is ignored, by a reason of its own",
    (value) => {
      for (const metric of ["total", "total_returned"]) {
        expect(parseLine(gen1(metric, value))).toMatchObject({ outcome: "ignored", reason: "no_counter_value" });
      }
      expect(readings(gen1("power", value))).toMatchObject([{ power_w: value }]);
    },
  );

  test("negative zero is zero, so that bytes do not depend on it", () => {
    expect(toDailyLine(only(gen1("power", -0)))).toContain('"power_w":0}');
  });

  test.each(["energy", "returned_energy"])("%s is lost at a reboot and is not used", (metric) => {
    expect(parseLine(gen1(metric, 12))).toMatchObject({ outcome: "ignored", reason: "volatile_counter" });
  });

  test.each(["frobnication", "constructor", "__proto__"])(
    "an unknown metric (%s) is ignored, not an error",
    (metric) => {
      expect(parseLine(gen1(metric, 12))).toMatchObject({ outcome: "ignored", reason: "unknown_metric" });
    },
  );

  test.each([
    ["power", 1e300],
    ["voltage", -1e9],
    ["pf", 1.5],
    ["total", 1e20],
  ])("%s %p, which no meter measures and no sum of a view could take, is quarantined", (metric, value) => {
    expect(parseLine(gen1(metric, value))).toMatchObject({ outcome: "quarantined", reason: "out_of_range" });
  });

  test.each(["abc", null, true, "", { a: 1 }, [1], undefined])(
    "a payload that is no number (%p) is quarantined",
    (value) => {
      expect(parseLine(gen1("power", value))).toMatchObject({ outcome: "quarantined", reason: "not_a_number" });
    },
  );
});

describe("Gen2+", () => {
  const ts = 1738256744.19;

  test.each([{ act_power: 1e300 }, { act_power: 1, pf: -2 }, { freq: 1e9 }])(
    "%p is quarantined: out of range",
    (em1) => {
      expect(parseLine(gen2({ ts, "em1:0": em1 }))).toMatchObject({ outcome: "quarantined", reason: "out_of_range" });
    },
  );

  test("em1 of a recorded Pro 3EM message", () => {
    const em1 = { id: 0, act_power: 1.2, aprt_power: 19.0, current: 0.081, freq: 50.0, pf: 0.07, voltage: 235.2 };
    expect(readings(gen2({ ts, "em1:0": em1 }))).toEqual([
      {
        ts: "2025-01-30T17:05:44.190Z",
        device: "shellyemg3-B",
        channel: 0,
        power_w: 1.2,
        voltage_v: 235.2,
        current_a: 0.081,
        power_factor: 0.07,
        frequency_hz: 50,
      },
    ]);
  });

  test("em1data counters are cumulative Wh", () => {
    const em1data = { id: 1, total_act_energy: 6737.72, total_act_ret_energy: 1.78 };
    expect(readings(gen2({ ts: 1738256760.23, "em1data:1": em1data }))).toEqual([
      {
        ts: "2025-01-30T17:06:00.230Z",
        device: "shellyemg3-B",
        channel: 1,
        import_counter_wh: 6737.72,
        export_counter_wh: 1.78,
      },
    ]);
  });

  test("a triphase em and its emdata are one channel a phase; totals and the neutral are not channels", () => {
    const em = { id: 0, a_act_power: 10, a_voltage: 230, b_act_power: -5, c_pf: 0.5, n_current: 1, total_act_power: 5 };
    const emdata = { id: 0, a_total_act_energy: 100, b_total_act_ret_energy: 7, total_act: 100 };
    expect(readings(gen2({ ts, "em:0": em, "emdata:0": emdata }))).toEqual([
      expect.objectContaining({ channel: 0, power_w: 10, voltage_v: 230 }),
      expect.objectContaining({ channel: 1, power_w: -5 }),
      expect.objectContaining({ channel: 2, power_factor: 0.5 }),
      expect.objectContaining({ channel: 0, import_counter_wh: 100 }),
      expect.objectContaining({ channel: 1, export_counter_wh: 7 }),
    ]);
  });

  test("a delta with one attribute tells that attribute only", () => {
    expect(readings(gen2({ ts, "em1:0": { id: 0, voltage: 231 } }))).toEqual([
      { ts: "2025-01-30T17:05:44.190Z", device: "shellyemg3-B", channel: 0, voltage_v: 231 },
    ]);
  });

  test("unknown components and future fields are counted, never an error", () => {
    const parsed = parseLine(
      gen2({ ts, "em1:0": { act_power: 1, future: {} }, "switch:0": { output: true }, sys: {} }),
    );
    expect(parsed).toMatchObject({ outcome: "measured", unknownComponents: 2, measurements: [{ channel: 0 }] });
  });

  test("power that is null is told to be unknown; a missing key says nothing", () => {
    const head = { ts: "2025-01-30T17:05:44.190Z", device: "shellyemg3-B" };
    const em1 = { id: 0, act_power: null, current: null, voltage: 229.9, errors: ["out_of_range:current"] };
    expect(readings(gen2({ ts, "em1:0": em1 }))).toEqual([
      { ...head, channel: 0, power_unknown: true, voltage_v: 229.9 },
    ]);
    expect(readings(gen2({ ts, "em1:1": { act_power: null } }))).toEqual([
      { ...head, channel: 1, power_unknown: true },
    ]);
    expect(readings(gen2({ ts, "em:0": { a_act_power: 5, b_act_power: null, total_act_power: null } }))).toEqual([
      { ...head, channel: 0, power_w: 5 },
      { ...head, channel: 1, power_unknown: true },
    ]);
  });

  test.each([-1, 2147483647, 2147483648, 4294967295])("a counter of %p has no value: it is left out", (value) => {
    const told = { id: 0, total_act_energy: value, total_act_ret_energy: 0 };
    expect(readings(gen2({ ts, "em1data:0": told }))).toEqual([
      { ts: "2025-01-30T17:05:44.190Z", device: "shellyemg3-B", channel: 0, export_counter_wh: 0 },
    ]);
    expect(parseLine(gen2({ ts, "em1data:0": { id: 0, total_act_energy: value } }))).toMatchObject({
      outcome: "ignored",
      reason: "no_counter_value",
    });
    expect(readings(gen2({ ts, "emdata:0": { a_total_act_energy: 5, b_total_act_energy: value } }))).toMatchObject([
      { channel: 0, import_counter_wh: 5 },
    ]);
  });

  test("another attribute that is null is left out; a message that measures nothing is ignored", () => {
    for (const line of [
      gen2({ ts, "em1:0": { voltage: null } }),
      gen2({ ts, "em1data:0": { total_act_energy: null } }),
    ]) {
      expect(parseLine(line)).toMatchObject({ outcome: "ignored", reason: "no_measurement" });
    }
    expect(parseLine(gen2({ ts, "switch:0": {} }))).toMatchObject({ outcome: "ignored", reason: "no_measurement" });
  });

  test.each([
    ["NotifyEvent", "notify_event"],
    ["SomethingNew", "unknown_method"],
  ])("%s is ignored", (method, reason) => {
    expect(parseLine(gen2({ ts }, method))).toMatchObject({ outcome: "ignored", reason });
  });

  test.each([
    [{ "em1:0": { act_power: 1 } }, "device_clock"],
    [{ ts: 12.3, "em1:0": { act_power: 1 } }, "device_clock"],
    [{ ts: ts + 100_000, "em1:0": { act_power: 1 } }, "device_clock"],
    [{ ts, "em1:0": { act_power: "1" } }, "not_a_number"],
    [{ ts, "em1:x": { act_power: 1 } }, "bad_component"],
    [{ ts, "em1:0": 5 }, "bad_component"],
    [undefined, "no_params"],
  ])("%p is quarantined as %s", (params, reason) => {
    expect(parseLine(gen2(params))).toMatchObject({ outcome: "quarantined", reason });
  });
});

test.each([
  ["{", "not_json"],
  ["12", "not_a_raw_line"],
  ["{}", "not_a_raw_line"],
  ['{"metric":"power","device":5}', "not_a_raw_line"],
])("%s is quarantined as %s", (line, reason) => {
  expect(parseLine(line)).toMatchObject({ outcome: "quarantined", reason });
});

function only(line: string) {
  const parsed = parseLine(line);
  const measurement = parsed.outcome === "measured" ? parsed.measurements[0] : undefined;
  if (!measurement) throw new Error(JSON.stringify(parsed));
  return measurement;
}
