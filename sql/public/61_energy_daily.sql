-- energy_daily: Energy per channel and local day of the site.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- channel_name STRING: Name of the channel.
-- role STRING: grid, solar, battery or load.
-- day_s FLOAT64: Length of the day, s: 82800, 86400 or 90000 where clocks move by an hour.
-- import_wh FLOAT64: Energy imported, Wh; NULL where nothing is known.
-- export_wh FLOAT64: Energy exported, Wh; NULL where nothing is known.
-- net_wh FLOAT64: Import less export, Wh; NULL where nothing is known.
-- covered_s FLOAT64: Time for which power is known, s.
-- filled_s FLOAT64: Time in gaps whose energy the counter tells, s.
-- gap_s FLOAT64: Time in gaps, filled or not, s.
-- disputed_s FLOAT64: Covered time whose counter was not believed, s.
-- quality STRING: measured, filled, disputed, partial or missing: the gravest that is true of any part of the day.
-- gaps INT64: Number of gaps; one that began on an earlier day counts again.

WITH totals AS (
  SELECT
    site, date, device, channel,
    SUM(import_wh) AS import_wh,
    SUM(export_wh) AS export_wh,
    SUM(covered_s) AS covered_s,
    SUM(filled_s) AS filled_s,
    SUM(gap_s) AS gap_s,
    SUM(disputed_s) AS disputed_s,
    SUM(gaps) AS gaps
  FROM `wattlake.energy_slots`
  GROUP BY site, date, device, channel
),

days AS (
  SELECT site, date, TIMESTAMP_DIFF(day_end, day_start, MICROSECOND) / 1e6 AS day_s FROM `wattlake.site_days`
)

SELECT
  t.site, t.date, t.device, t.channel, m.channel_name, m.role, d.day_s,
  t.import_wh, t.export_wh,
  t.import_wh - t.export_wh AS net_wh,
  t.covered_s, t.filled_s, t.gap_s, t.disputed_s,
  `wattlake.quality`(d.day_s, t.covered_s, t.filled_s, t.disputed_s) AS quality,
  t.gaps
FROM totals AS t
JOIN days AS d ON d.site = t.site AND d.date = t.date
JOIN `wattlake.meters` AS m ON m.site = t.site AND m.device = t.device AND m.channel = t.channel
