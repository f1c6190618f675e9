-- site_hourly: The energy balance of a site per hour of its local time; the repeated hour of an autumn day is two rows.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- hour_start TIMESTAMP: First instant of the local hour, UTC.
-- hour INT64: Local hour of the day, 0 to 23.
-- import_wh FLOAT64: Energy taken from the grid, Wh; NULL where nothing is known.
-- export_wh FLOAT64: Energy given to the grid, Wh; NULL where nothing is known.
-- solar_wh FLOAT64: Energy made by the solar channels, Wh; NULL where nothing is known, or without any.
-- battery_discharge_wh FLOAT64: Energy that the battery channels gave, Wh; NULL where nothing is known, or without any.
-- battery_charge_wh FLOAT64: Energy that the battery channels took, Wh. Over a long time it is more than they gave: their losses.
-- charge_solar_wh FLOAT64: What of the charge came from the sun, Wh.
-- charge_grid_wh FLOAT64: What of the charge came from the grid, Wh.
-- consumption_wh FLOAT64: What the site uses, Wh: import + solar + discharge - export - charge of each slot. NULL where more flows out of one than the channels explain.
-- self_consumption_wh FLOAT64: Solar energy used or stored on the site, Wh.
-- unexplained_wh FLOAT64: What flows out beyond what the channels explain, Wh: in slots whose consumption is 0, or unknown.
-- covered_s FLOAT64: Time for which the power of all grid, solar and battery channels is known, s.
-- filled_s FLOAT64: Time beyond it for which the energy of all of them is known, s.
-- disputed_s FLOAT64: Covered time whose counter was not believed, s.
-- quality STRING: measured, filled, disputed, partial or missing: the gravest that is true of any part of the hour.

WITH zones AS (
  SELECT DISTINCT site, timezone FROM `wattlake.meters`
),

hours AS (
  SELECT
    s.site, s.date, z.timezone,
    TIMESTAMP_TRUNC(s.slot_start, HOUR, z.timezone) AS hour_start,
    s.import_wh, s.export_wh, s.solar_wh,
    s.battery_discharge_wh, s.battery_charge_wh, s.charge_solar_wh, s.charge_grid_wh,
    s.consumption_wh, s.self_consumption_wh, s.unexplained_wh, s.covered_s, s.filled_s, s.disputed_s
  FROM `wattlake.site_slots` AS s
  JOIN zones AS z ON z.site = s.site
),

totals AS (
  SELECT
    site, date, timezone, hour_start,
    SUM(import_wh) AS import_wh,
    SUM(export_wh) AS export_wh,
    SUM(solar_wh) AS solar_wh,
    SUM(battery_discharge_wh) AS battery_discharge_wh,
    SUM(battery_charge_wh) AS battery_charge_wh,
    SUM(charge_solar_wh) AS charge_solar_wh,
    SUM(charge_grid_wh) AS charge_grid_wh,
    -- One slot fed by an unknown source makes the sum of the others no consumption.
    IF(COUNTIF(consumption_wh IS NULL AND import_wh IS NOT NULL) = 0, SUM(consumption_wh), NULL) AS consumption_wh,
    SUM(self_consumption_wh) AS self_consumption_wh,
    SUM(unexplained_wh) AS unexplained_wh,
    SUM(covered_s) AS covered_s,
    SUM(filled_s) AS filled_s,
    SUM(disputed_s) AS disputed_s
  FROM hours
  GROUP BY site, date, timezone, hour_start
),

lengths AS (
  SELECT *, TIMESTAMP_TRUNC(hour_start, HOUR, timezone) = hour_start AS is_whole FROM totals
)

-- Where clocks move by half an hour (Lord Howe), the hour after the change is cut short and begins at the change.
SELECT
  site, date,
  IF(is_whole, hour_start, TIMESTAMP_ADD(hour_start, INTERVAL 30 MINUTE)) AS hour_start,
  EXTRACT(HOUR FROM TIMESTAMP_ADD(hour_start, INTERVAL 45 MINUTE) AT TIME ZONE timezone) AS hour,
  import_wh, export_wh, solar_wh,
  battery_discharge_wh, battery_charge_wh, charge_solar_wh, charge_grid_wh,
  consumption_wh, self_consumption_wh, unexplained_wh, covered_s, filled_s, disputed_s,
  `wattlake.quality`(IF(is_whole, 3600, 1800), covered_s, filled_s, disputed_s) AS quality
FROM lengths
