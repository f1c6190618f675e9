/** Today up to now, beside the same part of each of the 28 days before: what is usual by this hour. */
import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import { todayAt } from "../server/range";
import type { Table } from "./question";

const row = z.object({ date: z.string(), so_far_wh: z.number().nullable(), unknown_slots: z.number() });

const sql = `
  WITH zones AS (
    SELECT DISTINCT site, timezone FROM meters
  )
  SELECT
    s.date,
    SUM(s.consumption_wh) AS so_far_wh,
    COUNTIF(s.consumption_wh IS NULL OR s.quality IN ('partial', 'missing')) AS unknown_slots,
    COUNT(*) AS slots
  FROM site_slots AS s
  JOIN zones AS z ON z.site = s.site
  WHERE s.site = @site AND s.date BETWEEN @first_day AND @today
    AND EXTRACT(HOUR FROM s.slot_start AT TIME ZONE z.timezone) * 60
      + EXTRACT(MINUTE FROM s.slot_start AT TIME ZONE z.timezone) < @minutes
  GROUP BY s.date`;
const answered = z.array(row.extend({ slots: z.number() }));

const daysBefore = 28;

export const soFar: Table = {
  name: "so_far",
  view: () => "site_slots",
  own: {
    so_far_wh: "What the site used from the day's beginning to this time of the day, Wh; NULL where it is not known.",
    unknown_slots: "Quarter hours of that time that are not known, or only in part.",
  },
  row,
  later: true,
  async rows({ ask, site, range, now }) {
    const time = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(site.zone);
    const today = todayAt(site.zone, now);
    const quarters = time.hour * 4 + Math.floor(time.minute / 15);
    if (quarters === 0 || today < range.from || today > range.to) return [];
    const first = time.toPlainDate().subtract({ days: daysBefore });
    const rows = answered.parse(
      await ask(sql, {
        first_day: { type: "DATE", value: first.toString() },
        today: { type: "DATE", value: today },
        minutes: { type: "INT64", value: String(quarters * 15) },
      }),
    );
    return Array.from({ length: daysBefore + 1 }, (_, index) => {
      const date = first.add({ days: index }).toString();
      const { so_far_wh = null, unknown_slots = 0, slots = 0 } = rows.find((each) => each.date === date) ?? {};
      // A slot of which the view has no row is not known either. On a day of 23 hours four fewer are there.
      const whole = date === today ? quarters : quarters - 4;
      return { date, so_far_wh, unknown_slots: unknown_slots + Math.max(0, whole - slots) };
    });
  },
};
