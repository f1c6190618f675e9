-- energy_monthly: Energy per channel and calendar month of the site.
-- site STRING: The site.
-- month DATE: First day of the month.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- channel_name STRING: Name of the channel.
-- role STRING: grid, solar, battery or load.
-- days INT64: Days of the month with readings, or within an outage.
-- days_s FLOAT64: Length of these days, s.
-- import_wh FLOAT64: Energy imported, Wh; NULL where nothing is known.
-- export_wh FLOAT64: Energy exported, Wh; NULL where nothing is known.
-- net_wh FLOAT64: Import less export, Wh; NULL where nothing is known.
-- covered_s FLOAT64: Time for which power is known, s.
-- filled_s FLOAT64: Time in gaps whose energy the counter tells, s.
-- gap_s FLOAT64: Time in gaps, filled or not, s.
-- disputed_s FLOAT64: Covered time whose counter was not believed, s.
-- quality STRING: measured, filled, disputed, partial or missing: the gravest that is true of any part of the days.
-- gaps INT64: Number of gaps, counted on each day that they touch.
SELECT
  site,
  DATE_TRUNC(date, MONTH) AS month,
  device, channel, channel_name, role,
  COUNT(*) AS days,
  SUM(day_s) AS days_s,
  SUM(import_wh) AS import_wh,
  SUM(export_wh) AS export_wh,
  SUM(net_wh) AS net_wh,
  SUM(covered_s) AS covered_s,
  SUM(filled_s) AS filled_s,
  SUM(gap_s) AS gap_s,
  SUM(disputed_s) AS disputed_s,
  `wattlake.quality`(SUM(day_s), SUM(covered_s), SUM(filled_s), SUM(disputed_s)) AS quality,
  SUM(gaps) AS gaps
FROM `wattlake.energy_daily`
GROUP BY site, month, device, channel, channel_name, role
