/** What anybody might send, store, call or configure: seeded, from almost right to noise. */
import fc from "fast-check";

const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 32 - 1, Number.MAX_SAFE_INTEGER),
);
/** What stands where a number should, as JSON text. */
const scalar = fc.oneof(
  number.map((value) => JSON.stringify(Number.isFinite(value) ? value : 0)),
  fc.constantFrom(
    "1e999",
    "-1e999",
    "NaN",
    "null",
    "true",
    '"12"',
    "[]",
    "{}",
    "",
    " 1",
    "1 ",
    "0x10",
    "1_0",
    "١",
    "\u0000",
  ),
  fc.json(),
  fc.string({ unit: "binary" }),
);
const name = fc.oneof(
  fc.constantFrom(
    "em1:0",
    "em1:1",
    "em1data:0",
    "em:0",
    "emdata:0",
    "em1:99",
    "em1",
    "em1:",
    "switch:0",
    "sys",
    "__proto__",
    "constructor",
  ),
  fc.string(),
);
const attribute = fc.oneof(
  fc.constantFrom(
    "act_power",
    "voltage",
    "current",
    "pf",
    "freq",
    "total_act_energy",
    "total_act_ret_energy",
    "a_act_power",
    "__proto__",
  ),
  fc.string(),
);
const component = fc
  .array(fc.tuple(attribute, scalar), { maxLength: 4 })
  .map((entries) => `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${value || "null"}`).join(",")}}`);

/** A Gen2+ message near an instant (ms), as text that is JSON or nearly so. */
const notification = (at: number) =>
  fc
    .record({
      method: fc.constantFrom(
        '"NotifyStatus"',
        '"NotifyStatus"',
        '"NotifyFullStatus"',
        '"NotifyEvent"',
        "null",
        '"__proto__"',
      ),
      ts: fc.oneof(
        fc.integer({ min: -200_000, max: 200_000 }).map((seconds) => String(at / 1000 + seconds / 50)),
        scalar.map((text) => text || "0"),
      ),
      components: fc.array(fc.tuple(name, fc.oneof(component, scalar)), { maxLength: 3 }),
      cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 20 }),
    })
    .map(({ method, ts, components, cut }) => {
      const inner = components.map(([key, value]) => `,${JSON.stringify(key)}:${value || "0"}`).join("");
      const text = `{"method":${method},"params":{"ts":${ts}${inner}}}`;
      return cut === null ? text : text.slice(0, Math.floor(text.length * cut));
    });

export interface FuzzedMessage {
  readonly topic: string;
  readonly payload: Buffer;
}

/** What a bridge might have joined, of one meter and of several, and what none would. */
function joinedOf(devices: readonly string[], at: number): fc.Arbitrary<string> {
  const entry = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(singleOf(devices, at), fc.integer({ min: -7200, max: 7200 })).map(([single, seconds]) => ({
        ...{ at_ms: at + seconds * 1000, topic: single.topic },
        ...(seconds % 2 === 0 ? { payload: single.payload.toString() } : { base64: single.payload.toString("base64") }),
      })),
    },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
  const content = {
    joined: fc.constantFrom(1, 1, 1, 2, "1"),
    sent_ms: fc.oneof(fc.constant(at), fc.integer()),
    messages: fc.oneof(
      { weight: 6, arbitrary: fc.array(entry, { maxLength: 6 }) },
      { weight: 1, arbitrary: fc.jsonValue() },
    ),
  };
  return fc.record(content).map((value) => JSON.stringify(value));
}

/** Messages to topics that rules take, of meters that there are and others; some of them joined, to the rule of that name. */
export function messageOf(devices: readonly string[], at: number, joinedRule: string): fc.Arbitrary<FuzzedMessage> {
  const joined = fc
    .tuple(fc.constantFrom(...devices, "stranger"), joinedOf(devices, at))
    .map(([id, text]) => ({ topic: `$aws/rules/${joinedRule}/${id}`, payload: Buffer.from(text) }));
  return fc.oneof({ weight: 4, arbitrary: singleOf(devices, at) }, { weight: 1, arbitrary: joined });
}

function singleOf(devices: readonly string[], at: number): fc.Arbitrary<FuzzedMessage> {
  const device = fc.oneof(fc.constantFrom(...devices), fc.constantFrom("stranger", "__proto__", "shelly EM", "é"));
  const metric = fc.constantFrom(
    "power",
    "voltage",
    "current",
    "pf",
    "total",
    "total_returned",
    "reactive_power",
    "energy",
    "novelty",
    "__proto__",
  );
  const channel = fc.constantFrom("0", "1", "2", "-1", "1.5", "zero", "", "99999999999999999999", "0x1");
  const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  // AWS hands what is no JSON on as it is: each line of it is a line of the lake, and an empty one is none.
  const noiseOnOneLine = noise.map((bytes) =>
    Buffer.from(bytes.length > 0 ? bytes.map((byte) => (byte === 10 ? 11 : byte)) : [0]),
  );
  const gen1 = fc
    .tuple(
      device,
      channel,
      metric,
      fc.oneof(
        scalar.map((text) => Buffer.from(text)),
        noise,
      ),
    )
    .map(([id, index, what, payload]) => ({ topic: `shellies/${id}/emeter/${index}/${what}`, payload }));
  const gen2 = fc
    .tuple(
      device,
      fc.oneof(
        { weight: 4, arbitrary: notification(at).map((text) => Buffer.from(text)) },
        { weight: 1, arbitrary: noiseOnOneLine },
      ),
    )
    .map(([id, payload]) => ({ topic: `${id}/events/rpc`, payload }));
  return fc.oneof(gen1, gen2);
}

/** A raw line that some rule might have written, and what none would: never with a line break. */
export function lineOf(devices: readonly string[], at: number): fc.Arbitrary<string> {
  const oneLine = (text: string) => text.replaceAll("\n", " ") || " ";
  const received = fc.oneof(
    fc.constant(String(at)),
    scalar.map((text) => text || "0"),
  );
  const quoted = fc.constantFrom(...devices, "stranger", "__proto__").map((text) => JSON.stringify(text));
  const gen1 = fc
    .tuple(
      quoted,
      fc.constantFrom("0", "1", "7", "-1", "0.5", '"0"'),
      fc.constantFrom("power", "total", "pf", "novelty"),
      scalar,
      received,
    )
    .map(
      ([device, channel, metric, value, ms]) =>
        `{"value":${value || "null"},"payload":"","device":${device},"channel":${channel},"metric":"${metric}","received_ms":${ms}}`,
    );
  const gen2 = fc
    .tuple(quoted, notification(at), received)
    .map(([device, text, ms]) => text.replace(/^\{/, `{"device":${device},"received_ms":${ms},`));
  const joined = fc
    .tuple(quoted, joinedOf(devices, at), received)
    .map(([device, text, ms]) => text.replace(/\}$/, `,"device":${device},"received_ms":${ms}}`));
  return fc.oneof(gen1, gen2, joined, fc.json(), fc.string({ unit: "binary" })).map(oneLine);
}

/** What is done to the bytes of an object: nothing, or it is cut, or a byte of it is another one. */
export const damage = fc.oneof(
  { weight: 3, arbitrary: fc.constant((bytes: Buffer) => bytes) },
  {
    weight: 1,
    arbitrary: fc
      .double({ min: 0, max: 1, noNaN: true })
      .map((share) => (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length * share))),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(), fc.nat(255)).map(([at, value]) => (bytes: Buffer) => {
      const changed = Buffer.from(bytes);
      if (changed.length > 0) changed[at % changed.length] = value;
      return changed;
    }),
  },
);

/** Events of functions: right, nearly right, or anything. */
export const event: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything(),
  fc.record(
    {
      now: fc.oneof(fc.constant("2025-06-02T00:00:00.000Z"), fc.string(), fc.integer()),
      from: fc.oneof(fc.constantFrom("2025-06-01T00", "9999-99-99T99", "0000-00-00T00"), fc.string()),
      to: fc.oneof(fc.constantFrom("2025-06-02T00", "2025-06-01"), fc.anything()),
      hour: fc.oneof(fc.constantFrom("2025-06-01T10", "2025-13-45T77", "../../x", ""), fc.anything()),
      siteDay: fc.oneof(
        fc.constantFrom("home/2025-06-01", "home/2025-02-31", "/", "a/b/c", "../2025-06-01"),
        fc.anything(),
      ),
      siteDays: fc.oneof(fc.constant(["home/2025-06-01", "nowhere/2025-06-01"]), fc.array(fc.string()), fc.anything()),
      date: fc.oneof(fc.constantFrom("2025-06-01", "2025-02-31", "today"), fc.anything()),
      next: fc.oneof(fc.constantFrom("2025-06-01T00", "9999-99-99T99"), fc.anything()),
    },
    { requiredKeys: [] },
  ),
);
