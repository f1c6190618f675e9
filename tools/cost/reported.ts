/**
 * Which of the simulated messages of a Gen2+ meter it would really send. The simulation says all components at once; a meter
 * says a component by itself: its energies once a minute, its power when it has changed enough, and once a minute at least.
 */
import { z } from "zod";
import { liveReporting } from "../../local/home/live-home";
import type { TimedMessage } from "../../local/messages/capture";

const notification = z.object({ params: z.record(z.string(), z.unknown()) });
const component = z.looseObject({});
const minuteMs = 60_000;

interface Said {
  readonly at: number;
  readonly powers: readonly number[];
}

/** Gen1 messages stay as they are. */
export function createReported(): (messages: readonly TimedMessage[]) => TimedMessage[] {
  const last = new Map<string, Said>();
  const isSaid = ({ topic, payload, at }: TimedMessage) => {
    if (topic.startsWith("shellies/")) return true;
    const { params } = notification.parse(JSON.parse(payload.toString()));
    const [name, content] = Object.entries(params).find(([key]) => key !== "ts") ?? ["", {}];
    const powers = powersOf(component.parse(content));
    const key = `${topic} ${name}`;
    const before = last.get(key);
    // A repeated message of the same second is repeated on the line too.
    const isDue =
      !before ||
      at === before.at ||
      at - before.at >= minuteMs ||
      powers.some((w, index) => isChange(before.powers[index] ?? 0, w));
    if (isDue) last.set(key, { at, powers });
    return isDue;
  };
  return (messages) => messages.filter(isSaid);
}

const powersOf = (content: Readonly<Record<string, unknown>>): number[] =>
  Object.entries(content).flatMap(([name, value]) =>
    /act_power$/.test(name) && typeof value === "number" ? [value] : [],
  );

const isChange = (before_w: number, now_w: number) =>
  Math.abs(now_w - before_w) > Math.max(liveReporting.change_w, liveReporting.change_share * Math.abs(before_w));
