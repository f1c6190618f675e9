/** The simulated homes: the same every time, counters that are the sum of the power, and messages as the meters send them. */
import { meterModels } from "../../configuration/meter-models";
import { createHousehold } from "../../local/home/household";
import { type freshMeter, type Reporting, report } from "../../local/home/meter";
import { createSimulation, simulationState } from "../../local/home/simulation";
import { clearSkyShare, sunElevationSine } from "../../local/home/sun";
import type { TimedMessage } from "../../local/messages/capture";
import { readSites } from "../../local/session/sites";

const site = {
  id: "home",
  timezone: "Europe/Warsaw",
  currency: "PLN",
  location: { latitude: 52.23, longitude: 21.01 },
  meters: [
    {
      id: "gen1",
      model: "EM",
      channels: [
        { index: 0, name: "Grid", role: "grid" },
        { index: 1, name: "House", role: "load" },
      ],
    },
    {
      id: "gen3",
      model: "EMG3",
      channels: [
        { index: 0, name: "Roof", role: "solar" },
        { index: 1, name: "Car", role: "load" },
      ],
    },
  ],
};
const sites = readSites({ project: "wattlake", stack: "test", values: { "wattlake:sites": [site] } });
const start = Date.UTC(2025, 5, 20, 22);
const dayMs = 86_400_000;
const everyMinute: Reporting = { step_s: 60, period_s: 60, change_w: 1e9, change_share: 1, outage: 0 };
const onChange: Reporting = { step_s: 60, period_s: 900, change_w: 500, change_share: 0.5, outage: 0 };

const series = (messages: readonly TimedMessage[], topic: string) =>
  messages.filter((message) => message.topic === topic).map(({ at, payload }) => ({ at, value: Number(payload) }));

it("gives the same messages in one go, in pieces, and after a restart", () => {
  const whole = createSimulation(sites, start).advance(start + dayMs, onChange);
  const first = createSimulation(sites, start);
  const pieces = [...first.advance(start + 1e7, onChange), ...first.advance(start + 3e7, onChange)];
  const saved = simulationState.parse(JSON.parse(JSON.stringify(first.state())));
  pieces.push(...createSimulation(sites, 0, saved).advance(start + dayMs, onChange));
  expect(pieces).toEqual(whole);
  expect(whole.length).toBeGreaterThan(1000);
  expect(whole.map(({ at }) => at)).toEqual(whole.map(({ at }) => at).toSorted((a, b) => a - b));
});

it("has counters that are the sum of what it reports", () => {
  const messages = createSimulation(sites, start).advance(start + dayMs, everyMinute);
  for (const channel of [0, 1]) {
    const power = series(messages, `shellies/gen1/emeter/${channel}/power`);
    const last = (metric: string) => series(messages, `shellies/gen1/emeter/${channel}/${metric}`).at(-1)?.value ?? 0;
    const energy = (sign: 1 | -1) => power.reduce((sum, { value }) => sum + Math.max(0, sign * value) / 60, 0);
    // Reports fall into the minute, so first and last differ by less than a minute of the house's most (12 kW).
    expect(Math.abs(last("total") - energy(1))).toBeLessThan(200);
    expect(Math.abs(last("total_returned") - energy(-1))).toBeLessThan(200);
    expect(energy(1)).toBeGreaterThan(2000);
  }
});

it("balances: grid is consumption less solar, and the sun does not shine at night", () => {
  const [configured] = sites;
  if (!configured) throw new Error("no site");
  const household = createHousehold(configured);
  const [grid, house, roof, car] = configured.meters.flatMap(({ channels }) => channels);
  if (!grid || !house || !roof || !car) throw new Error("no channels");
  for (let instant = start; instant < start + dayMs; instant += 600_000) {
    const power = (channel: typeof grid) => household.power(channel, instant);
    expect(power(grid)).toBeCloseTo(power(house) - power(roof), 9);
    expect(power(house)).toBeGreaterThanOrEqual(power(car) + 100);
    expect(power(roof)).toBeGreaterThanOrEqual(0);
  }
  expect(household.power(roof, Date.UTC(2025, 5, 21, 23))).toBe(0);
  expect(household.power(roof, Date.UTC(2025, 5, 21, 10, 40))).toBeGreaterThan(500);
});

it("knows where the sun stands", () => {
  const highest = Math.max(
    ...Array.from({ length: 1440 }, (_, minute) => sunElevationSine(Date.UTC(2025, 5, 21, 0, minute), 52.23, 21.01)),
  );
  // 90 - latitude + obliquity on the day of the solstice.
  expect((Math.asin(highest) * 180) / Math.PI).toBeCloseTo(90 - 52.23 + 23.44, 1);
  expect(sunElevationSine(Date.UTC(2025, 2, 20, 6), 0, 0)).toBeCloseTo(-0.03, 1);
  expect(clearSkyShare(1)).toBeGreaterThan(1);
  expect(clearSkyShare(-0.2)).toBe(0);
});

it("loses hours of messages in an outage while the counter moves on, and delivers some messages twice", () => {
  const messages = createSimulation(sites, start).advance(start + 5 * dayMs, { ...onChange, outage: 1 });
  const totals = series(messages, "shellies/gen1/emeter/1/total");
  const gaps = totals.flatMap(({ at, value }, index) => {
    const before = totals[index - 1];
    return before && at - before.at > 1_000_000
      ? [{ hours: (at - before.at) / 3_600_000, wh: value - before.value }]
      : [];
  });
  expect(gaps).toHaveLength(5);
  for (const { hours, wh } of gaps) {
    expect(hours).toBeLessThan(5.5);
    expect(wh).toBeGreaterThan(100);
  }
  const texts = messages.map(({ at, topic, payload }) => `${at} ${topic} ${payload}`);
  expect(new Set(texts).size).toBeLessThan(texts.length);
});

describe("messages of a report", () => {
  const measured = [0, 1, 2].map((index) => ({
    index,
    power_w: index * 100 - 50,
    voltage_v: 230.04,
    import_wh: 1000.123,
    export_wh: 7,
  }));
  const at = Date.UTC(2025, 5, 21, 12, 0, 30);
  const speak = (model: keyof typeof meterModels, channels: typeof measured) => {
    const config = { ...sites[0]?.meters[0], id: "m", model, channels: [] } as Parameters<typeof freshMeter>[0];
    return report(config, meterModels[model].generation, at, channels);
  };
  const params = (messages: { payload: string }[]) =>
    messages.map(({ payload }) => (JSON.parse(payload) as { params: object }).params);

  it("is a bare scalar a topic for Gen1", () => {
    expect(speak("EM", measured.slice(0, 1))).toEqual([
      { topic: "shellies/m/emeter/0/power", payload: "-50.00" },
      { topic: "shellies/m/emeter/0/reactive_power", payload: "10.00" },
      { topic: "shellies/m/emeter/0/voltage", payload: "230.04" },
      { topic: "shellies/m/emeter/0/total", payload: "1000.1" },
      { topic: "shellies/m/emeter/0/total_returned", payload: "7.0" },
    ]);
  });

  it("is a notification a component for a meter of single channels", () => {
    const messages = speak("EMG3", measured.slice(0, 2));
    expect(new Set(messages.map(({ topic }) => topic))).toEqual(new Set(["m/events/rpc"]));
    expect(params(messages)).toEqual([
      {
        ts: at / 1000,
        "em1:0": { id: 0, act_power: -50, aprt_power: 51, current: 0.222, freq: 50, pf: 0.98, voltage: 230 },
      },
      { ts: at / 1000, "em1data:0": { id: 0, total_act_energy: 1000.12, total_act_ret_energy: 7 } },
      {
        ts: at / 1000,
        "em1:1": { id: 1, act_power: 50, aprt_power: 51, current: 0.222, freq: 50, pf: 0.98, voltage: 230 },
      },
      { ts: at / 1000, "em1data:1": { id: 1, total_act_energy: 1000.12, total_act_ret_energy: 7 } },
    ]);
  });

  it("is one component of three phases for a meter in its triphase profile", () => {
    const [em, data] = params(speak("Pro3EM", measured));
    expect(em).toMatchObject({
      "em:0": { id: 0, a_act_power: -50, b_act_power: 50, c_act_power: 150, c_voltage: 230 },
    });
    expect(data).toMatchObject({ "emdata:0": { id: 0, a_total_act_energy: 1000.12, c_total_act_ret_energy: 7 } });
    expect(params(speak("Pro3EM-mono", measured.slice(0, 1)))[0]).toHaveProperty(["em1:0"]);
  });

  it.each(Object.entries(meterModels))("of a %s has the components of its profile", (name, model) => {
    const messages = speak(name as keyof typeof meterModels, measured.slice(0, model.channels));
    const indexes = Array.from({ length: model.channels }, (_, index) => index);
    if (model.generation === 1) {
      const emeters = messages.map(({ topic }) => topic.split("/").slice(0, -1).join("/"));
      expect([...new Set(emeters)]).toEqual(indexes.map((index) => `shellies/m/emeter/${index}`));
      return;
    }
    const components = params(messages).flatMap((told) => Object.keys(told).filter((key) => key !== "ts"));
    const independent = indexes.flatMap((index) => [`em1:${index}`, `em1data:${index}`]);
    expect(components).toEqual(model.profile === "triphase" ? ["em:0", "emdata:0"] : independent);
  });
});
