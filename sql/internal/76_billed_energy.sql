-- billed_energy: What a bill counts per 15-minute slot: import and export as metered, and set off against each other within the local hour.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- slot_start TIMESTAMP: Start of the slot, UTC.
-- import_wh FLOAT64: Energy taken from the grid, Wh; NULL where it is not known.
-- export_wh FLOAT64: Energy given to the grid, Wh; NULL where it is not known.
-- hour_import_wh FLOAT64: What import exceeds export by within the hour, each slot with its part of the hour's import, Wh; NULL where a slot of the hour is not known.
-- hour_export_wh FLOAT64: What export exceeds import by within the hour, each slot with its part of the hour's export, Wh.
-- quality STRING: measured, filled, disputed, partial or missing.
-- measured_s FLOAT64: Time for which power is known, s.
-- filled_s FLOAT64: Time beyond it for which energy is known, s.

WITH zones AS (
  SELECT DISTINCT site, timezone FROM `wattlake.meters`
),

hours AS (
  SELECT
    s.site, s.date, s.slot_start, s.import_wh, s.export_wh, s.grid_quality, s.grid_covered_s, s.grid_filled_s,
    TIMESTAMP_TRUNC(s.slot_start, HOUR, z.timezone) AS hour_start
  FROM `wattlake.site_slots` AS s
  JOIN zones AS z ON z.site = s.site
),

sums AS (
  SELECT
    *,
    IF(COUNTIF(import_wh IS NULL) OVER hour_window = 0, SUM(import_wh) OVER hour_window, NULL) AS in_wh,
    IF(COUNTIF(export_wh IS NULL) OVER hour_window = 0, SUM(export_wh) OVER hour_window, NULL) AS out_wh
  FROM hours
  WINDOW hour_window AS (PARTITION BY site, date, hour_start)
)

SELECT
  site, date, slot_start, import_wh, export_wh,
  CASE
    WHEN in_wh > out_wh THEN import_wh * (in_wh - out_wh) / in_wh
    WHEN in_wh <= out_wh THEN 0.0
  END AS hour_import_wh,
  CASE
    WHEN out_wh > in_wh THEN export_wh * (out_wh - in_wh) / out_wh
    WHEN out_wh <= in_wh THEN 0.0
  END AS hour_export_wh,
  grid_quality AS quality,
  grid_covered_s AS measured_s,
  grid_filled_s AS filled_s
FROM sums
