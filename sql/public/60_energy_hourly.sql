-- energy_hourly: Energy per channel and hour of the site's local time; the repeated hour of an autumn day is two rows.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- hour_start TIMESTAMP: First instant of the local hour, UTC.
-- hour INT64: Local hour of the day, 0 to 23.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- channel_name STRING: Name of the channel.
-- role STRING: grid, solar, battery or load.
-- import_wh FLOAT64: Energy imported, Wh; NULL where nothing is known.
-- export_wh FLOAT64: Energy exported, Wh; NULL where nothing is known.
-- net_wh FLOAT64: Import less export, Wh; NULL where nothing is known.
-- covered_s FLOAT64: Time for which power is known, s.
-- filled_s FLOAT64: Time in gaps whose energy the counter tells, s.
-- gap_s FLOAT64: Time in gaps, filled or not, s.
-- disputed_s FLOAT64: Covered time whose counter was not believed, s.
-- quality STRING: measured, filled, disputed, partial or missing: the gravest that is true of any part of the hour.

WITH hours AS (
  SELECT
    e.site, e.date, e.device, e.channel, m.channel_name, m.role, m.timezone,
    TIMESTAMP_TRUNC(e.slot_start, HOUR, m.timezone) AS hour_start,
    e.import_wh, e.export_wh, e.covered_s, e.filled_s, e.gap_s, e.disputed_s
  FROM `wattlake.energy_slots` AS e
  JOIN `wattlake.meters` AS m ON m.site = e.site AND m.device = e.device AND m.channel = e.channel
),

totals AS (
  SELECT
    site, date, device, channel, channel_name, role, timezone, hour_start,
    SUM(import_wh) AS import_wh,
    SUM(export_wh) AS export_wh,
    SUM(covered_s) AS covered_s,
    SUM(filled_s) AS filled_s,
    SUM(gap_s) AS gap_s,
    SUM(disputed_s) AS disputed_s
  FROM hours
  GROUP BY site, date, device, channel, channel_name, role, timezone, hour_start
),

lengths AS (
  SELECT *, TIMESTAMP_TRUNC(hour_start, HOUR, timezone) = hour_start AS is_whole FROM totals
)

-- Where clocks move by half an hour (Lord Howe), the hour after the change is cut short and begins at the change.
SELECT
  site, date,
  IF(is_whole, hour_start, TIMESTAMP_ADD(hour_start, INTERVAL 30 MINUTE)) AS hour_start,
  EXTRACT(HOUR FROM TIMESTAMP_ADD(hour_start, INTERVAL 45 MINUTE) AT TIME ZONE timezone) AS hour,
  device, channel, channel_name, role, import_wh, export_wh,
  import_wh - export_wh AS net_wh,
  covered_s, filled_s, gap_s, disputed_s,
  `wattlake.quality`(IF(is_whole, 3600, 1800), covered_s, filled_s, disputed_s) AS quality
FROM lengths
