/** What is wrong with the lines of a capture, told by file and line before anything is sent. */
import { Temporal } from "temporal-polyfill";
import type { Site, StackConfig } from "../../config";
import { originText, type TimedMessage } from "../messages/capture";
import { userError } from "./options";
import { thousands } from "./steps";

type Calendar = StackConfig["warehouse"]["calendar"];

/** So many lines are named; of more the number is enough. */
const shownLines = 5;

/** @throws a `UserError` that names each message which no broker takes: a replay without it would not be complete. */
export function refuseUnfit(messages: readonly TimedMessage[]): void {
  // With the broker: what only asks for help does not load it.
  const { refusalOf }: typeof import("../aws/iot") = require("../aws/iot");
  const lines = messages.flatMap((message) => {
    const refusal = refusalOf(message.topic, Buffer.from(message.payload));
    return refusal === undefined
      ? []
      : [`${placeOf(message)}a broker refuses this message to ${message.topic}: ${refusal}`];
  });
  if (lines.length > 0) throw userError(`${firstOf(lines)}\nNothing was sent.`);
}

/** Names the messages that arrived on no day of the calendar; undefined where there are none. */
export function outsideCalendar(
  messages: readonly TimedMessage[],
  sites: readonly Pick<Site, "timezone">[],
  { from, to }: Calendar,
  file: string,
): string | undefined {
  const [start, end] = spanOf(sites, from, to);
  const lines = messages.flatMap((message) =>
    message.at >= start && message.at < end
      ? []
      : [`${placeOf(message)}received at ${new Date(message.at).toISOString()}, outside the calendar.`],
  );
  if (lines.length === 0) return undefined;
  return `${firstOf(lines)}\nThe calendar of ${file} is ${from} to ${to} (wattlake:warehouse): what lies outside goes to quarantine/.`;
}

/** From the first midnight of `from` at any of the sites to the last one after `to`, ms. */
function spanOf(sites: readonly Pick<Site, "timezone">[], from: string, to: string): [number, number] {
  const midnights = (date: Temporal.PlainDate) =>
    sites.map(({ timezone }) => date.toZonedDateTime(timezone).epochMilliseconds);
  return [
    Math.min(...midnights(Temporal.PlainDate.from(from))),
    Math.max(...midnights(Temporal.PlainDate.from(to).add({ days: 1 }))),
  ];
}

const placeOf = ({ origin }: TimedMessage) => (origin ? `${originText(origin)}: ` : "");

function firstOf(lines: readonly string[]): string {
  const more = lines.length - shownLines;
  return [...lines.slice(0, shownLines), ...(more > 0 ? [`... and ${thousands(more)} more`] : [])].join("\n");
}
