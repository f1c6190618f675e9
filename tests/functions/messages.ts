/** Raw lines for tests, and arbitrary ones: valid, conflicting, late and broken. */
import fc from "fast-check";

export function gen1Line(device: string, channel: number, metric: string, value: unknown, receivedMs: number): string {
  const payload = Buffer.from(String(value)).toString("base64");
  return JSON.stringify({ value, payload, device, channel, metric, received_ms: receivedMs, trace_id: "t" });
}

export function gen2Line(
  device: string,
  component: string,
  attributes: object,
  tsMs: number,
  receivedMs: number,
): string {
  return JSON.stringify({
    src: device,
    method: "NotifyStatus",
    params: { ts: tsMs / 1000, [component]: attributes },
    device,
    received_ms: receivedMs,
    trace_id: "t",
  });
}

/** A raw line and its arrival. */
export interface Arrived {
  receivedMs: number;
  line: string;
}

const value = fc.integer({ min: -30, max: 30 }).map((tenths) => tenths / 10);

/** Messages of the meters of `sites` that arrive in [fromMs, toMs); instants collide often. */
export function messages(sites: string[], fromMs: number, toMs: number): fc.Arbitrary<Arrived> {
  const arrival = fc.integer({ min: 0, max: Math.floor((toMs - fromMs) / 1000) - 1 }).chain((second) =>
    // Half of them in a handful of seconds, so that they meet.
    fc.record({ coarse: fc.boolean(), ms: fc.integer({ min: 0, max: 3 }) }).map(({ coarse, ms }) => {
      const step = coarse ? Math.floor((toMs - fromMs) / 1000 / 5) : 1;
      return fromMs + Math.floor(second / step) * step * 1000 + ms;
    }),
  );
  const site = fc.constantFrom(...sites);
  const channel = fc.integer({ min: 0, max: 1 });
  const gen1 = fc
    .tuple(site, channel, fc.constantFrom("power", "voltage", "total", "total_returned", "energy"), value, arrival)
    .map(([s, c, metric, v, at]) => ({ receivedMs: at, line: gen1Line(`em-${s}`, c, metric, v, at) }));
  const gen2 = fc
    .tuple(site, channel, fc.option(value), fc.option(value), arrival, fc.integer({ min: 0, max: 7_200 }))
    .map(([s, c, power, voltage, at, lateS]) => ({
      receivedMs: at,
      line: gen2Line(
        `g3-${s}`,
        `em1:${c}`,
        { act_power: power, ...(voltage !== null && { voltage }) },
        at - lateS * 1000,
        at,
      ),
    }));
  const counters = fc.tuple(site, channel, value, arrival).map(([s, c, wh, at]) => ({
    receivedMs: at,
    line: gen2Line(`g3-${s}`, `em1data:${c}`, { total_act_energy: wh, total_act_ret_energy: 0 }, at, at),
  }));
  return fc.oneof(gen1, gen2, counters);
}

/** What no meter should send: broken JSON, wrong types, strangers, impossible clocks. Never a line break: that ends a line. */
export function garbage(fromMs: number): fc.Arbitrary<Arrived> {
  const line = fc.oneof(
    fc
      .string()
      .map((text) => text.replaceAll("\n", " "))
      .filter((text) => text !== ""),
    fc.json().map((text) => text.replaceAll("\n", " ")),
    fc.constantFrom(
      gen1Line("stranger", 0, "power", 1, fromMs),
      gen1Line("em-a", 9, "power", 1, fromMs),
      gen1Line("em-a", 0, "power", "nonsense", fromMs),
      gen1Line("em-a", 0, "novelty", 1, fromMs),
      gen2Line("g3-a", "em1:0", { act_power: "x" }, fromMs, fromMs),
      gen2Line("g3-a", "em1:0", { act_power: 1 }, 5_000, fromMs),
      gen2Line("g3-a", "switch:0", { output: true }, fromMs, fromMs),
      '{"device":"g3-a","method":"NotifyEvent","received_ms":5,"params":{}}',
    ),
  );
  return line.map((text) => ({ receivedMs: fromMs, line: text }));
}
