/**
 * Payloads recorded from real meters, of each model and profile: through the program's own rule SQL into the parser.
 *
 * Each block names where its figures were published. A block marked "status" was recorded as a component's status; here
 * it stands in the notification that carries the same object (shelly-api-docs.shelly.cloud/gen2, Notifications).
 */
import { z } from "zod";
import { makeRows } from "../../functions/readings/rows";
import { makeShellyParser } from "../../functions/readings/shelly";
import { parseOnce } from "../../local/aws/iot/rules/rule-expression";
import { compileRule, matchesTopic } from "../../local/aws/iot/rules/rule-sql";
import { createMessageIds } from "../../local/program/ids";
import { synthesize } from "../program/synth";

const parse = makeShellyParser();
const rows = makeRows();
const idsOf = createMessageIds();
const received = Date.parse("2026-10-01T12:00:00.250Z");

/** The program's topic rules, by the filter of what they take. */
let rules: ReturnType<typeof compileRule>[];

beforeAll(async () => {
  const program = await synthesize("dev");
  rules = program.ofType("aws:iot/topicRule:TopicRule").map(({ inputs }) => compileRule(z.string().parse(inputs.sql)));
});

/** The raw lines that the rules make of a message: one, or none where no rule takes the topic. */
function rawLines(topic: string, payload: string, receivedAt = received): string[] {
  const bytes = Buffer.from(payload);
  const ids = idsOf(receivedAt, "c", topic, bytes);
  const message = parseOnce({ topic, payload: bytes, clientId: "c", receivedAt, ...ids });
  return rules
    .filter(({ topicFilter }) => topicFilter !== undefined && matchesTopic(topicFilter, topic))
    .map((rule) => String(rule.evaluate(message)));
}

/** What comes of a message: its readings as daily lines would have them, and how many components were not understood. */
function readingsOf(topic: string, payload: string) {
  const [line = ""] = rawLines(topic, payload);
  const parsed = parse(line);
  if (parsed.outcome !== "measured") return parsed;
  const readings = parsed.measurements.map((measurement) => {
    const row = new Float64Array(rows.width);
    rows.write(row, 0, "", measurement);
    const { ts, device, ...fields } = z
      .looseObject({ ts: z.string(), device: z.string() })
      .parse(JSON.parse(rows.toDailyLine(row, 0)));
    return fields;
  });
  return { readings, unknown: parsed.unknownComponents };
}

describe("Gen1", () => {
  const emeter = (device: string, channel: number, metric: string) => `shellies/${device}/emeter/${channel}/${metric}`;

  // enesbcs/shellyteacher4domo#5, mosquitto_sub of 2023-03-11.
  test.each([
    ["power", "611.53", { power_w: 611.53 }],
    ["reactive_power", "382.27", { reactive_power_var: 382.27 }],
    ["voltage", "238.85", { voltage_v: 238.85 }],
    ["total", "1891.9", { import_counter_wh: 1891.9 }],
    ["total_returned", "0.0", { export_counter_wh: 0 }],
  ])("EM: %s %s", (metric, payload, fields) => {
    const topic = emeter("shellyem-123456789012", 0, metric);
    expect(readingsOf(topic, payload)).toEqual({ readings: [{ channel: 0, ...fields }], unknown: 0 });
  });

  // enesbcs/Shelly_MQTT#64 of 2020-07-23; the counters from iobroker-community-adapters/ioBroker.shelly#912.
  test.each([
    [0, "power", "120.11", { power_w: 120.11 }],
    [0, "pf", "0.71", { power_factor: 0.71 }],
    [1, "current", "0.69", { current_a: 0.69 }],
    [2, "voltage", "240.50", { voltage_v: 240.5 }],
    [0, "total", "10533.1", { import_counter_wh: 10533.1 }],
    [2, "total_returned", "394.1", { export_counter_wh: 394.1 }],
  ])("3EM, channel %d: %s %s", (channel, metric, payload, fields) => {
    const topic = emeter("shellyem3-68C63AFAF952", channel, metric);
    expect(readingsOf(topic, payload)).toEqual({ readings: [{ channel, ...fields }], unknown: 0 });
  });

  // The same captures, and the birth and announcement of the Gen1 document.
  test.each([
    ["shellies/shellyem3-68C63AFAF952/relay/0", "off"],
    ["shellies/shellyem-123456789012/online", "true"],
    ["shellies/announce", '{"id":"shellyem-123456789012","model":"SHEM"}'],
    ["shellies/shellyem-123456789012/info", '{"emeters":[{"power":611.53}]}'],
  ])("%s is no measurement, and no rule takes it", (topic, payload) => {
    expect(rawLines(topic, payload)).toEqual([]);
  });
});

describe("Gen2 and later", () => {
  const notify = (device: string, params: object, method = "NotifyStatus") =>
    readingsOf(`${device}/events/rpc`, JSON.stringify({ src: device, dst: `${device}/events`, method, params }));

  test("Pro 3EM, monophase: the status of a channel and its counters, each in a message of its own", () => {
    // A capture of 2025-01-30 (firmware 1.4).
    const device = "shellypro3em-34987a446e54";
    const em1 = { id: 0, act_power: 1.2, aprt_power: 19.0, current: 0.081, freq: 50.0, pf: 0.07, voltage: 235.2 };
    expect(notify(device, { ts: 1738256744.19, "em1:0": em1 })).toEqual({
      readings: [
        { channel: 0, power_w: 1.2, voltage_v: 235.2, current_a: 0.081, power_factor: 0.07, frequency_hz: 50 },
      ],
      unknown: 0,
    });
    const em1data = { id: 0, total_act_energy: 6737.72, total_act_ret_energy: 1.78 };
    expect(notify(device, { ts: 1738256760.23, "em1data:0": em1data })).toEqual({
      readings: [{ channel: 0, import_counter_wh: 6737.72, export_counter_wh: 1.78 }],
      unknown: 0,
    });
  });

  test("Pro 3EM, monophase: the closed minute is an event, which is counted and not read", () => {
    const values = [[0.0209, 0, 0, 0, 1.6, 1.0, 19.0, 17.3, 235.502, 234.857, 235.167, 0.081, 0.073, 0.079]];
    const data = { ts: 1738256700, period: 60, values };
    const event = { component: "em1data:0", id: 0, event: "data", ts: 1738256700.0, data };
    expect(notify("shellypro3em-34987a446e54", { ts: 1738256760.23, events: [event] }, "NotifyEvent")).toEqual({
      outcome: "ignored",
      reason: "notify_event",
      device: "shellypro3em-34987a446e54",
    });
  });

  test("Pro 3EM, triphase: a channel a phase; totals, the neutral and calibration are no channels", () => {
    // Status, reinhard-brandstaedter/solarflow-control#138 of 2024-02-29.
    const em = {
      ...{
        id: 0,
        a_current: 1.201,
        a_voltage: 230.8,
        a_act_power: 145.4,
        a_aprt_power: 277.1,
        a_pf: 0.68,
        a_freq: 50.0,
      },
      ...{ b_current: 1.042, b_voltage: 231.1, b_act_power: 90.3, b_aprt_power: 240.8, b_pf: 0.61, b_freq: 50.0 },
      ...{ c_current: 1.916, c_voltage: 231.4, c_act_power: 358.3, c_aprt_power: 442.9, c_pf: 0.84, c_freq: 50.0 },
      ...{ n_current: null, total_current: 4.159, total_act_power: 594.006, total_aprt_power: 960.806 },
      user_calibrated_phase: [],
    };
    const emdata = {
      ...{ id: 0, a_total_act_energy: 115973.75, a_total_act_ret_energy: 0.0, b_total_act_energy: 118809.52 },
      ...{ b_total_act_ret_energy: 0.0, c_total_act_energy: 110844.76, c_total_act_ret_energy: 1247.42 },
      ...{ total_act: 345628.03, total_act_ret: 1247.42 },
    };
    const phase = (channel: number, current_a: number, voltage_v: number, power_w: number, power_factor: number) => ({
      ...{ channel, power_w, voltage_v, current_a, power_factor, frequency_hz: 50 },
    });
    const counters = (channel: number, import_counter_wh: number, export_counter_wh: number) => ({
      ...{ channel, import_counter_wh, export_counter_wh },
    });
    expect(notify("shellypro3em", { ts: 1709200000.5, "em:0": em })).toEqual({
      readings: [
        phase(0, 1.201, 230.8, 145.4, 0.68),
        phase(1, 1.042, 231.1, 90.3, 0.61),
        phase(2, 1.916, 231.4, 358.3, 0.84),
      ],
      unknown: 0,
    });
    expect(notify("shellypro3em", { ts: 1709200000.5, "emdata:0": emdata })).toEqual({
      readings: [counters(0, 115973.75, 0), counters(1, 118809.52, 0), counters(2, 110844.76, 1247.42)],
      unknown: 0,
    });
  });

  test("Pro 3EM, triphase, of older firmware: no frequency, an export on one phase", () => {
    // The debug log in iobroker-community-adapters/ioBroker.shelly#787 of 2023-03-13.
    const em = {
      ...{ id: 0, a_act_power: 2403.7, a_aprt_power: 2503.5, a_current: 10.739, a_pf: 0.96, a_voltage: 233.3 },
      ...{ b_act_power: 409.1, b_aprt_power: 443.1, b_current: 1.872, b_pf: -0.93, b_voltage: 236.7 },
      ...{ c_act_power: 235.3, c_aprt_power: 270.4, c_current: 1.143, c_pf: -0.87, c_voltage: 236.9 },
      ...{ n_current: null, total_act_power: 3048.104, total_aprt_power: 3217.036, total_current: 13.753 },
    };
    expect(notify("shellypro3em", { ts: 1678699517.9, "em:0": em })).toEqual({
      readings: [
        { channel: 0, power_w: 2403.7, voltage_v: 233.3, current_a: 10.739, power_factor: 0.96 },
        { channel: 1, power_w: 409.1, voltage_v: 236.7, current_a: 1.872, power_factor: -0.93 },
        { channel: 2, power_w: 235.3, voltage_v: 236.9, current_a: 1.143, power_factor: -0.87 },
      ],
      unknown: 0,
    });
  });

  test("EM Gen3: a delta with three attributes, in export", () => {
    // A frame in the tests of a public collector (device shellyemg3-dcb4d9c564f4, 120 V).
    const em1 = { id: 0, current: 16.714, act_power: -1899.8, voltage: 117.6 };
    expect(notify("shellyemg3-dcb4d9c564f4", { ts: 1788820998.37, "em1:0": em1 })).toEqual({
      readings: [{ channel: 0, power_w: -1899.8, voltage_v: 117.6, current_a: 16.714 }],
      unknown: 0,
    });
  });

  test("Pro EM-50: both channels; what is calibrated at the factory is no reading", () => {
    // Status, Jan200101/ShellyPy#20 of 2024-12-08.
    const common = { voltage: 234.9, freq: 50, calibration: "factory" };
    const params = {
      ts: 1733650000,
      "em1:0": { id: 0, current: 0.08, act_power: 0, aprt_power: 18.7, pf: 0, ...common },
      "em1:1": { id: 1, current: 2.598, act_power: 501.8, aprt_power: 612.4, pf: 0.84, ...common },
    };
    expect(notify("shellyproem50-08f9e0e85934", params)).toEqual({
      readings: [
        { channel: 0, power_w: 0, voltage_v: 234.9, current_a: 0.08, power_factor: 0, frequency_hz: 50 },
        { channel: 1, power_w: 501.8, voltage_v: 234.9, current_a: 2.598, power_factor: 0.84, frequency_hz: 50 },
      ],
      unknown: 0,
    });
  });

  test("3EM-63 Gen3, monophase: the third channel", () => {
    // Status, iobroker-community-adapters/ioBroker.shelly#1540 of 2026-08-01.
    const em1 = { id: 2, current: 1.246, voltage: 228.5, act_power: 219.4, aprt_power: 284.8, pf: 0.77, freq: 50.0 };
    expect(
      notify("shelly3em63g3-48f6eead1a8c", { ts: 1785574000, "em1:2": { ...em1, calibration: "factory" } }),
    ).toEqual({
      readings: [
        { channel: 2, power_w: 219.4, voltage_v: 228.5, current_a: 1.246, power_factor: 0.77, frequency_hz: 50 },
      ],
      unknown: 0,
    });
  });

  test("a whole status: its channels are read, its ten other components are counted", () => {
    // Status of a Pro 3EM in monophase, in the tests of evcc-io/evcc (firmware of 2024-11).
    const em1 = (id: number, current: number, act_power: number, aprt_power: number, pf: number) => ({
      [`em1:${id}`]: { id, current, voltage: 242.8, act_power, aprt_power, pf, freq: 50.0, calibration: "factory" },
    });
    const em1data = (id: number, total_act_energy: number, total_act_ret_energy: number) => ({
      [`em1data:${id}`]: { id, total_act_energy, total_act_ret_energy },
    });
    const params = {
      ts: 1731404780.5,
      ...{ ble: {}, bthome: { errors: ["bluetooth_disabled"] }, cloud: { connected: true } },
      ...{ ...em1(0, 3.705, 598.9, 900.6, 0.66), ...em1(1, 0.194, 0, 47.2, 0), ...em1(2, 0.027, 0, 6.6, 0) },
      ...{ ...em1data(0, 3458.24, 1605.24), ...em1data(1, 2768.67, 25.49), ...em1data(2, 3.09, 0.71) },
      ...{ eth: { ip: null }, modbus: {}, mqtt: { connected: false } },
      sys: { mac: "FCE8C0DBA850", unixtime: 1731404780, available_updates: {}, reset_reason: 3 },
      ...{
        "temperature:0": { id: 0, tC: 39.0, tF: 102.2 },
        wifi: { sta_ip: "192.168.40.174" },
        ws: { connected: false },
      },
    };
    const whole = notify("shellypro3em-fce8c0dba850", params, "NotifyFullStatus");
    expect(whole).toMatchObject({ unknown: 10 });
    expect(whole).toMatchObject({
      readings: [
        { channel: 0, power_w: 598.9 },
        { channel: 1, power_w: 0 },
        { channel: 2, power_w: 0 },
        { channel: 0, import_counter_wh: 3458.24, export_counter_wh: 1605.24 },
        { channel: 1, import_counter_wh: 2768.67, export_counter_wh: 25.49 },
        { channel: 2, import_counter_wh: 3.09, export_counter_wh: 0.71 },
      ],
    });
  });

  test("a notification of other components measures nothing", () => {
    // Notifications of a Shelly Plus 1, as public code quotes them.
    const device = "shellyplus1-08b61fd90730";
    expect(notify(device, { ts: 1736604020.06, cloud: { connected: true } })).toEqual({
      ...{ outcome: "ignored", reason: "no_measurement", device },
    });
    expect(notify(device, { ts: 1736605194.11, sys: { cfg_rev: 35 } })).toMatchObject({ reason: "no_measurement" });
  });
});
