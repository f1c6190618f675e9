/** *Trust*: how far the figures of a range are known, and what became of the messages that they are made of. */
import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import { todayAt } from "../server/range";
import type { Asked, Table } from "./question";

const number = z.number().nullable();
const quality = z.enum(["measured", "filled", "disputed", "partial", "missing"]).nullable();
const channelSchema = z.object({
  device: z.string(),
  channel: z.number(),
  channel_name: z.string(),
  model: z.string(),
  in_place_from: z.string().nullable(),
  in_place_until: z.string().nullable(),
});

const readChannels = async ({ ask }: Asked) =>
  z.array(channelSchema).parse(
    await ask(
      `SELECT device, channel, channel_name, model, in_place_from, in_place_until
       FROM meters WHERE site = @site ORDER BY device, channel`,
    ),
  );

const coverageRow = z.object({
  start: z.string(),
  device: z.string(),
  channel: z.number(),
  channel_name: z.string(),
  quality,
  day_s: number,
  covered_s: number,
  coverage: number,
  filled_s: number,
  disputed_s: number,
  gaps: number,
  longest_gap_s: number,
  readings: number,
  duplicates: number,
  conflicts: number,
  quarantined: number,
  ratio_integral_wh: number,
  ratio_counter_wh: number,
});
type CoverageRow = z.infer<typeof coverageRow>;

const nothing = {
  ...{ day_s: null, covered_s: 0, coverage: 0, filled_s: 0, disputed_s: 0, gaps: null, longest_gap_s: null },
  ...{ readings: null, duplicates: null, conflicts: null, quarantined: null },
  ...{ ratio_integral_wh: null, ratio_counter_wh: null },
};
const unasked = { ...nothing, covered_s: null, coverage: null, filled_s: null, disputed_s: null };

/** A row for each day and channel, also of days of which the view says nothing. */
async function readCoverage(asked: Asked): Promise<CoverageRow[]> {
  const { range, site, now, ask } = asked;
  const columns = Object.keys(coverageRow.shape).filter((name) => name !== "start" && name !== "channel_name");
  const answered = await ask(
    `SELECT date AS start, ${columns.join(", ")} FROM data_quality_daily
     WHERE site = @site AND date BETWEEN @from_date AND @to_date`,
  );
  const keyOf = (row: { start: string; device: string; channel: number }) =>
    `${row.start}/${row.device}/${row.channel}`;
  const found = new Map(
    z
      .array(coverageRow.omit({ channel_name: true }))
      .parse(answered)
      .map((row) => [keyOf(row), row]),
  );
  const channels = await readChannels(asked);
  return daysOf(range.from, range.to, site.zone).flatMap(({ day, begins, ends }) =>
    channels.map(({ device, channel, channel_name, in_place_from, in_place_until }): CoverageRow => {
      const key = { start: day, device, channel, channel_name };
      const isThere =
        begins < now && Date.parse(in_place_from ?? "1970") < ends && begins < Date.parse(in_place_until ?? "9999");
      if (!isThere) return { ...unasked, ...key, quality: null };
      return { ...(found.get(keyOf(key)) ?? { ...nothing, quality: "missing" as const }), ...key };
    }),
  );
}

function daysOf(from: string, to: string, zone: string) {
  const days: { day: string; begins: number; ends: number }[] = [];
  const last = Temporal.PlainDate.from(to);
  for (let day = Temporal.PlainDate.from(from); Temporal.PlainDate.compare(day, last) <= 0; ) {
    const next = day.add({ days: 1 });
    const [begins, ends] = [day, next].map((each) => each.toZonedDateTime(zone).epochMilliseconds);
    days.push({ day: day.toString(), begins: begins ?? 0, ends: ends ?? 0 });
    day = next;
  }
  return days;
}

const coverage: Table = {
  name: "coverage",
  view: () => "data_quality_daily",
  own: { start: "Local day of the site.", channel_name: "Name of the channel." },
  row: coverageRow,
  rows: readCoverage,
};

const gapRow = z.object({
  start: z.string(),
  until: z.string(),
  device: z.string(),
  channel: z.number(),
  gap_s: z.number(),
  filled_s: z.number(),
});

/** Quarter hours with a gap that follow each other are one. */
const gaps: Table = {
  name: "gaps",
  view: () => "energy_slots",
  own: { start: "Start of its first quarter hour, UTC.", until: "End of its last quarter hour, UTC." },
  row: gapRow,
  rows: async ({ ask }) =>
    z.array(gapRow).parse(
      await ask(
        `SELECT
           MIN(slot_start) AS start, TIMESTAMP_ADD(MAX(slot_start), INTERVAL 15 MINUTE) AS until, device, channel,
           SUM(gap_s) AS gap_s, SUM(filled_s) AS filled_s
         FROM (
           SELECT
             device, channel, slot_start, gap_s, filled_s,
             DIV(UNIX_SECONDS(slot_start), 900)
               - ROW_NUMBER() OVER (PARTITION BY device, channel ORDER BY slot_start) AS island
           FROM energy_slots
           WHERE site = @site AND date BETWEEN @from_date AND @to_date AND gap_s > 0
         )
         GROUP BY device, channel, island
         ORDER BY start DESC, device, channel
         LIMIT 500`,
      ),
    ),
};

const setAsideRow = z.object({
  outcome: z.string(),
  reason: z.string().nullable(),
  device: z.string().nullable(),
  messages: z.number(),
  first_hour: z.string(),
  last_hour: z.string(),
  example: z.string().nullable(),
});

const setAside: Table = {
  name: "set_aside",
  view: () => "message_outcomes_hourly",
  own: { first_hour: "Start of the first hour of arrival, UTC.", last_hour: "Start of the last hour of arrival, UTC." },
  row: setAsideRow,
  rows: async ({ ask }) => {
    const answered = z.array(setAsideRow).parse(
      await ask(
        `SELECT
           outcome, reason, device, SUM(messages) AS messages, MIN(hour) AS first_hour, MAX(hour) AS last_hour,
           MIN(example) AS example
         FROM message_outcomes_hourly
         WHERE date BETWEEN @from_date AND @to_date AND outcome IN ('quarantined', 'ignored')
         GROUP BY outcome, reason, device
         ORDER BY outcome DESC, messages DESC, reason, device`,
      ),
    );
    const instant = (hour: string) => `${hour}:00:00Z`;
    return answered.map((row) => ({
      ...row,
      ...{ first_hour: instant(row.first_hour), last_hour: instant(row.last_hour) },
    }));
  },
};

const accountRow = z.object({
  start: z.string(),
  messages: z.number(),
  fanned_out: z.number(),
  readings: z.number(),
  merged: z.number(),
  duplicates: z.number(),
  quarantined: z.number(),
  ignored: z.number(),
});

const account: Table = {
  name: "account",
  view: () => "message_account_daily",
  own: { start: "UTC day of arrival." },
  row: accountRow,
  rows: async ({ ask }) =>
    z.array(accountRow).parse(
      await ask(
        `SELECT date AS start, messages, fanned_out, readings, merged, duplicates, quarantined, ignored
         FROM message_account_daily WHERE date BETWEEN @from_date AND @to_date ORDER BY date`,
      ),
    ),
};

/** How far back the newest of something is looked for: what is older is silent. */
const recentDays = 14;
const since = ({ site, now }: Asked) => {
  const today = Temporal.PlainDate.from(todayAt(site.zone, now));
  return { since: { type: "DATE", value: today.subtract({ days: recentDays }).toString() } } as const;
};

const meterRow = z.object({
  device: z.string(),
  model: z.string(),
  channels: z.string(),
  last_reading: z.string().nullable(),
  age_s: number,
});

const meters: Table = {
  name: "meters",
  view: () => "readings",
  own: {
    model: "Model of the meter.",
    channels: "Its channels.",
    last_reading: `Its newest reading, UTC; NULL where the last ${recentDays} days have none.`,
    age_s: "How long ago that was, s.",
  },
  row: meterRow,
  async rows(asked) {
    const answered = await asked.ask(
      "SELECT device, MAX(ts) AS last_reading FROM readings WHERE site = @site AND date >= @since GROUP BY device",
      since(asked),
    );
    const newest = z.array(z.object({ device: z.string(), last_reading: z.string() })).parse(answered);
    const channels = await readChannels(asked);
    return [...new Set(channels.map(({ device }) => device))].map((device) => {
      const own = channels.filter((each) => each.device === device);
      const last_reading = newest.find((each) => each.device === device)?.last_reading ?? null;
      return {
        ...{ device, model: own[0]?.model ?? "", last_reading },
        channels: [...new Set(own.map(({ channel_name }) => channel_name))].join(", "),
        age_s: last_reading === null ? null : Math.max(0, (asked.now - Date.parse(last_reading)) / 1000),
      };
    });
  },
};

const pipelineRow = z.object({
  newest_hour: z.string().nullable(),
  newest_day: z.string().nullable(),
});

const pipeline: Table = {
  name: "pipeline",
  view: () => "message_outcomes_hourly",
  own: {
    newest_hour: `The newest UTC hour of arrival that is collected; NULL where the last ${recentDays} days have none.`,
    newest_day: `The newest local day that is compiled; NULL where the last ${recentDays} days have none.`,
  },
  row: pipelineRow,
  async rows(asked) {
    const [hours, days] = [
      await asked.ask("SELECT MAX(hour) AS newest FROM hour_manifests WHERE date >= @since", since(asked)),
      await asked.ask(
        "SELECT MAX(date) AS newest FROM day_manifests WHERE site = @site AND date >= @since",
        since(asked),
      ),
    ].map((rows) => z.array(z.object({ newest: z.string().nullable() })).parse(rows));
    return [{ newest_hour: hours?.[0]?.newest ?? null, newest_day: days?.[0]?.newest ?? null }];
  },
};

export const trust: readonly Table[] = [coverage, gaps, setAside, account, meters, pipeline];
