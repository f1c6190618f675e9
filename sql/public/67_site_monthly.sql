-- site_monthly: The energy balance of a site per calendar month.
-- site STRING: The site.
-- month DATE: First day of the month.
-- days INT64: Days of the month with readings, or within an outage.
-- days_s FLOAT64: Length of these days, s.
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
-- quality STRING: measured, filled, disputed, partial or missing: the gravest that is true of any part of the days.
SELECT
  site,
  DATE_TRUNC(date, MONTH) AS month,
  COUNT(*) AS days,
  SUM(day_s) AS days_s,
  SUM(import_wh) AS import_wh,
  SUM(export_wh) AS export_wh,
  SUM(solar_wh) AS solar_wh,
  SUM(battery_discharge_wh) AS battery_discharge_wh,
  SUM(battery_charge_wh) AS battery_charge_wh,
  SUM(charge_solar_wh) AS charge_solar_wh,
  SUM(charge_grid_wh) AS charge_grid_wh,
  IF(COUNTIF(consumption_wh IS NULL AND import_wh IS NOT NULL) = 0, SUM(consumption_wh), NULL) AS consumption_wh,
  SUM(self_consumption_wh) AS self_consumption_wh,
  SUM(unexplained_wh) AS unexplained_wh,
  SUM(covered_s) AS covered_s,
  SUM(filled_s) AS filled_s,
  SUM(disputed_s) AS disputed_s,
  `wattlake.quality`(SUM(day_s), SUM(covered_s), SUM(filled_s), SUM(disputed_s)) AS quality
FROM `wattlake.site_daily`
GROUP BY site, month
