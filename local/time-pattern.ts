/** Formats an instant by a Joda or java.time pattern: what `parse_time` of a topic rule and a Firehose prefix share. */
import { Temporal } from "temporal-polyfill";

const fields: Readonly<Record<string, (time: Temporal.ZonedDateTime) => number>> = {
  y: (time) => time.year,
  Y: (time) => time.year,
  M: (time) => time.month,
  d: (time) => time.day,
  D: (time) => time.dayOfYear,
  H: (time) => time.hour,
  m: (time) => time.minute,
  s: (time) => time.second,
  S: (time) => time.millisecond,
};

/** `instant` in ms; throws on a letter that has no meaning here, and on an unknown time zone. */
export function formatTime(pattern: string, instant: number, timeZone = "UTC"): string {
  const time = Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(timeZone);
  const format = (token: string, quoted?: string) => {
    if (token === "''") return "'";
    if (quoted !== undefined) return quoted.replaceAll("''", "'");
    const letter = token.slice(0, 1);
    const field = fields[letter];
    if (!field) throw new Error(`"${letter}" in the time pattern "${pattern}" is not understood.`);
    const value = field(time);
    if (letter === "S") return String(value).padStart(3, "0").slice(0, token.length).padEnd(token.length, "0");
    if ((letter === "y" || letter === "Y") && token.length === 2) return String(value % 100).padStart(2, "0");
    return String(value).padStart(token.length, "0");
  };
  return pattern.replaceAll(/''|'((?:[^']|'')+)'|([A-Za-z])\2*/g, format);
}
