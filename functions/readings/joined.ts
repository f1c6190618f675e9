/**
 * A raw line that holds several messages of one meter, which its bridge has joined (tools/bridge/), unfolded into the lines that
 * the topic rules would have made of each. Whatever reads raw lines sees the same messages, joined or not.
 *
 *     {"joined":1,"sent_ms":..,"messages":[{"at_ms":..,"topic":"shellies/<id>/emeter/0/power","payload":"611.53"},..],
 *      "device":"<id>","received_ms":..,"trace_id":".."}
 *
 * Bytes that are no UTF-8 stand in `base64` in place of `payload`. `at_ms` and `sent_ms` are of the bridge's clock, the last
 * three are the rule's own.
 */
import { z } from "zod";

/** Of the payload; another one is another form. */
export const joinedVersion = 1;

/** What a bridge sends. */
export function joinedPayload() {
  return z.object({
    joined: z.literal(joinedVersion),
    sent_ms: z.int().positive(),
    messages: z.array(z.unknown()).min(1),
  });
}

export function makeUnfold() {
  // Globals by names of the factory's own, see docs/architecture.md, The serialized callbacks.
  const { parse, stringify } = JSON;
  const { isArray } = Array;
  const bytesOf = Buffer.from;
  const absent = undefined;

  /** Two clocks that agree are this close, ms: the way to the cloud lies between them. */
  const clockTolerance = 60_000;
  /** No bridge keeps a message for longer, ms. */
  const longestOutage = 31 * 86_400_000;

  const joined = joinedPayload().extend({
    device: z.string().min(1),
    received_ms: z.int().positive(),
    trace_id: z.string().optional(),
  });
  const message = z
    .object({
      at_ms: z.int().positive(),
      topic: z.string(),
      payload: z.string().optional(),
      base64: z.base64().optional(),
    })
    .refine(({ payload, base64 }) => (payload === absent) !== (base64 === absent));
  type Joined = z.infer<typeof joined>;
  type Message = z.infer<typeof message>;

  const parsed = (text: string): unknown => {
    try {
      return parse(text);
    } catch {
      return absent;
    }
  };

  /**
   * When a message reached the bridge. A bridge whose clock is wrong tells by how much with the instant of sending; where that
   * makes no sense either the arrival in the cloud is all that is known.
   */
  function arrivalOf(at: number, { sent_ms, received_ms }: Joined): number {
    const ahead = sent_ms - received_ms;
    const arrival = ahead > clockTolerance || ahead < -clockTolerance ? at - ahead : at;
    return arrival > received_ms || arrival < received_ms - longestOutage ? received_ms : arrival;
  }

  function gen1Line({ topic, payload, base64 }: Message, line: Joined, received_ms: number): string | undefined {
    const [first, device, third, channel = "", metric, ...more] = topic.split("/");
    if (first !== "shellies" || device !== line.device || third !== "emeter" || metric === absent || more.length > 0)
      return absent;
    const value = payload === absent ? null : parsed(payload);
    return stringify({
      // What is no JSON is a text.
      value: value === absent ? payload : value,
      payload: base64 ?? bytesOf(payload ?? "").toString("base64"),
      device,
      ...(/^-?\d+$/.test(channel) && { channel: +channel }),
      metric,
      received_ms,
      trace_id: line.trace_id,
    });
  }

  function gen2Line({ topic, payload, base64 }: Message, line: Joined, received_ms: number): string | undefined {
    if (topic !== `${line.device}/events/rpc`) return absent;
    const { device, trace_id } = line;
    if (payload === absent) return stringify({ base64, device, received_ms, trace_id });
    const content = payload === "" ? {} : parsed(payload);
    // Nothing can be added to what is no object.
    if (typeof content !== "object" || content === null || isArray(content)) return payload;
    return stringify({ ...content, device, received_ms, trace_id });
  }

  function lineOf(entry: unknown, line: Joined): string {
    const told = message.safeParse(entry).data;
    const received_ms = told ? arrivalOf(told.at_ms, line) : line.received_ms;
    const own = told && (gen1Line(told, line, received_ms) ?? gen2Line(told, line, received_ms));
    // Not a message of this meter: nothing that can be taken for a raw line.
    return own ?? stringify({ not_of: line.device, message: entry, received_ms });
  }

  /** The lines of the messages of a raw line; of one that is not joined, or that cannot be read as such, itself. */
  return function unfold(text: string): readonly string[] {
    if (!text.includes('"joined":')) return [text];
    const line = joined.safeParse(parsed(text)).data;
    return line ? line.messages.map((entry) => lineOf(entry, line)) : [text];
  };
}
