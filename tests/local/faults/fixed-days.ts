/** The messages of the fixed days that faults strike: both generations, two sites, what merges, comes twice, late or as garbage. */
import type { TimedMessage } from "../../../local/messages/capture";
import type { Days } from "./pipeline";

const gen1 = "shellyem-A4CF12F3B2";
const gen3 = "shellyemg3-0cb815fc9d38";
const london = "shellyem-5B1F0A";

const scalar = (at: number, device: string, metric: string, payload: string): TimedMessage => ({
  at,
  topic: `shellies/${device}/emeter/0/${metric}`,
  payload,
});
const status = (at: number, act_power: number | null, taken = at): TimedMessage => ({
  at,
  topic: `${gen3}/events/rpc`,
  payload: JSON.stringify({
    src: gen3,
    method: "NotifyStatus",
    params: { ts: taken / 1000, "em1:0": { id: 0, act_power } },
  }),
});

/** A burst of each meter at an instant. */
const bursts = (at: number, n: number): TimedMessage[] => [
  scalar(at, gen1, "power", `${100 + n}.5`),
  scalar(at + 200, gen1, "total", `${1000 + n}`),
  scalar(at + 300, london, "power", `${n}`),
  status(at + 400, -n),
];

function messagesOf(midnight: number): TimedMessage[] {
  const minute = 60_000;
  const at = (hours: number, minutes: number) => midnight + (hours * 60 + minutes) * minute;
  return [
    ...bursts(at(21, 50), 1),
    ...bursts(at(21, 55), 2),
    ...bursts(at(22, 5), 3),
    // The same again, with another value, and what nobody understands.
    scalar(at(22, 5) + 700, gen1, "power", "99"),
    scalar(at(22, 5) + 800, gen1, "power", "99"),
    scalar(at(22, 6), gen1, "power", "soon"),
    { at: at(22, 7), topic: "shellyem-FFFFFF/events/rpc", payload: '{"method":"NotifyStatus","params":{"ts":5}}' },
    status(at(22, 8), null),
    // The UTC day has ended; what was taken the day before comes late.
    ...bursts(at(25, 10), 4),
    status(at(25, 20), 50, at(21, 20)),
  ].sort((a, b) => a.at - b.at);
}

const midnight = Date.UTC(2025, 5, 1);
const hourMs = 3_600_000;
/** Runs within the day, after its end, and on the days after. The mirror compares once a day. */
export const fixedDays: Days = {
  start: midnight,
  messages: messagesOf(midnight),
  runs: [23, 28, 52, 76].map((hour) => midnight + hour * hourMs + 600_000),
  end: midnight + 5 * 24 * hourMs,
};
