-- site_slots: The energy balance of a site per 15-minute slot: grid import and export after the site's netting, solar, battery, consumption.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- slot_start TIMESTAMP: Start of the slot, UTC; slots begin at minute 0, 15, 30 and 45.
-- import_wh FLOAT64: Energy taken from the grid, Wh; NULL where a grid channel is unknown.
-- export_wh FLOAT64: Energy given to the grid, Wh; NULL where a grid channel is unknown.
-- solar_wh FLOAT64: Energy made by the solar channels (their positive direction), Wh; NULL where one is unknown, or without any.
-- battery_discharge_wh FLOAT64: Energy that the battery channels gave, Wh; NULL where one is unknown, or without any.
-- battery_charge_wh FLOAT64: Energy that the battery channels took, Wh. Over a long time it is more than they gave: their losses.
-- charge_solar_wh FLOAT64: What of the charge came from the sun, Wh: of the solar energy that consumption leaves. NULL where it is not known, or without battery channels.
-- charge_grid_wh FLOAT64: What of the charge came from the grid, Wh: the rest, as far as import reaches.
-- consumption_wh FLOAT64: What the site uses, Wh: import + solar + discharge - export - charge, never negative. NULL where a part is unknown, or where more flows out than the channels explain.
-- self_consumption_wh FLOAT64: Solar energy used or stored on the site, Wh: the sun feeds the house first, then batteries, and the rest is exported. NULL where a part is unknown, or without solar channels.
-- unexplained_wh FLOAT64: What flows out and is stored beyond import, solar and discharge, Wh: noise of sampling where consumption is 0, an unmetered source where it is NULL. NULL where a part is unknown.
-- quality STRING: measured, filled, disputed, partial or missing: the gravest that is true of a grid, solar or battery channel in place.
-- covered_s FLOAT64: Time for which the power of the least covered of these channels is known, s.
-- filled_s FLOAT64: Time beyond it for which the energy of each of these channels is known, s.
-- disputed_s FLOAT64: Covered time whose counter was not believed, of the most disputed of these channels, s.
-- grid_quality STRING: The quality of import and export alone: the gravest that is true of a grid channel in place.
-- grid_covered_s FLOAT64: Time for which the power of the least covered grid channel is known, s.
-- grid_filled_s FLOAT64: Time beyond it for which the energy of each grid channel is known, s.

-- A row for each channel that is in place, and one for what netting makes of the grid's.
WITH shares AS (
  SELECT
    e.site, e.date, e.slot_start, c.role, e.import_wh, e.export_wh, e.covered_s,
    e.covered_s + e.filled_s AS known_s,
    e.disputed_s,
    CAST(NULL AS FLOAT64) AS netted_export_wh
  FROM `wattlake.energy_slots` AS e
  JOIN `wattlake.site_channels` AS c
    ON c.site = e.site AND c.device = e.device AND c.channel = e.channel
    AND DIV(UNIX_MICROS(e.slot_start), 900000000) >= c.first_slot
    AND DIV(UNIX_MICROS(e.slot_start), 900000000) < c.end_slot
  UNION ALL
  SELECT
    site, date, slot_start, 'netting' AS role, NULL AS import_wh, NULL AS export_wh, NULL AS covered_s, NULL AS known_s,
    NULL AS disputed_s,
    export_wh AS netted_export_wh
  FROM `wattlake.netted_export`
),

balances AS (
  SELECT
    site, date, slot_start,
    DIV(UNIX_MICROS(slot_start), 900000000) AS slot,
    COUNTIF(role = 'grid' AND import_wh IS NOT NULL AND export_wh IS NOT NULL) AS known_grid_channels,
    COUNTIF(role = 'solar' AND import_wh IS NOT NULL) AS known_solar_channels,
    COUNTIF(role = 'battery' AND import_wh IS NOT NULL AND export_wh IS NOT NULL) AS known_battery_channels,
    SUM(IF(role = 'grid', import_wh, 0)) AS import_wh,
    SUM(IF(role = 'grid', export_wh, 0)) AS export_wh,
    SUM(IF(role = 'solar', import_wh, 0)) AS solar_wh,
    SUM(IF(role = 'battery', import_wh, 0)) AS discharge_wh,
    SUM(IF(role = 'battery', export_wh, 0)) AS charge_wh,
    IFNULL(SUM(netted_export_wh), 0) AS netted_export_wh,
    MIN(IF(known_s > 0, covered_s, NULL)) AS covered_s,
    MIN(IF(known_s > 0, known_s, NULL)) AS known_s,
    MAX(disputed_s) AS disputed_s,
    MIN(IF(role = 'grid' AND known_s > 0, covered_s, NULL)) AS grid_covered_s,
    MIN(IF(role = 'grid' AND known_s > 0, known_s, NULL)) AS grid_known_s,
    MAX(IF(role = 'grid', disputed_s, NULL)) AS grid_disputed_s
  FROM shares
  GROUP BY site, date, slot_start
),

asked AS (
  SELECT
    b.*, p.grid_channels, p.solar_channels, p.battery_channels, p.is_netted,
    p.grid_channels > 0 AND b.known_grid_channels >= p.grid_channels AS knows_grid,
    b.known_solar_channels >= p.solar_channels AS knows_solar,
    b.known_battery_channels >= p.battery_channels AS knows_battery
  FROM balances AS b
  JOIN `wattlake.site_periods` AS p ON p.site = b.site AND b.slot >= p.first_slot AND b.slot < p.end_slot
),

known AS (
  SELECT
    site, date, slot_start, netted_export_wh, is_netted,
    IF(knows_grid, import_wh, NULL) AS import_wh,
    IF(knows_grid, export_wh, NULL) AS export_wh,
    IF(knows_solar AND solar_channels > 0, solar_wh, NULL) AS solar_wh,
    IF(knows_battery AND battery_channels > 0, discharge_wh, NULL) AS discharge_wh,
    IF(knows_battery AND battery_channels > 0, charge_wh, NULL) AS charge_wh,
    -- What is not there makes and takes nothing.
    IF(knows_solar, solar_wh, NULL) AS made_wh,
    IF(knows_battery, discharge_wh, NULL) AS given_wh,
    IF(knows_battery, charge_wh, NULL) AS stored_wh,
    IF(knows_solar AND knows_battery AND (knows_grid OR grid_channels = 0), covered_s, 0) AS covered_s,
    IF(knows_solar AND knows_battery AND (knows_grid OR grid_channels = 0), known_s, 0) AS known_s,
    disputed_s,
    IF(knows_grid, grid_covered_s, 0) AS grid_covered_s,
    IF(knows_grid, grid_known_s, 0) AS grid_known_s,
    grid_disputed_s
  FROM asked
),

-- Netting changes what flows in and out, never their difference: the counters say that, the simultaneous power the split.
netted AS (
  SELECT
    *,
    CASE
      WHEN NOT is_netted THEN import_wh
      WHEN import_wh - export_wh + netted_export_wh > 0 THEN import_wh - export_wh + netted_export_wh
      WHEN import_wh IS NOT NULL THEN 0.0
    END AS in_wh,
    CASE
      WHEN NOT is_netted THEN export_wh
      WHEN import_wh - export_wh + netted_export_wh > 0 THEN netted_export_wh
      ELSE export_wh - import_wh
    END AS out_wh
  FROM known
),

-- What flows in, is made and is given, less what flows out and is stored: what the site uses, if nothing else feeds it.
balanced AS (
  SELECT *, in_wh + made_wh + given_wh - out_wh - stored_wh AS balance_wh
  FROM netted
),

-- Meters are not read at one instant: up to a twentieth of what flows out and is stored, or 20 W, is noise. Beyond that
-- something feeds the site that no channel measures, and what it uses is not known.
used AS (
  SELECT
    *,
    CASE
      WHEN balance_wh >= 0 THEN balance_wh
      WHEN balance_wh >= -GREATEST(5.0, (out_wh + stored_wh) / 20) THEN 0.0
    END AS consumption_wh
  FROM balanced
),

-- The sun feeds the house first: a battery is charged with what of the sun the house does not use.
charged_by_sun AS (
  SELECT *, LEAST(stored_wh, GREATEST(made_wh - consumption_wh, 0.0)) AS charge_solar_wh
  FROM used
),

-- The grid tells of the rest, as far as it reaches; what is left went from one battery to another.
charged AS (
  SELECT *, LEAST(stored_wh - charge_solar_wh, in_wh) AS charge_grid_wh
  FROM charged_by_sun
)

SELECT
  site, date, slot_start,
  in_wh AS import_wh,
  out_wh AS export_wh,
  solar_wh,
  discharge_wh AS battery_discharge_wh,
  charge_wh AS battery_charge_wh,
  IF(charge_wh IS NOT NULL, charge_solar_wh, NULL) AS charge_solar_wh,
  IF(charge_wh IS NOT NULL, charge_grid_wh, NULL) AS charge_grid_wh,
  consumption_wh,
  -- What the house used and the grid did not bring, as far as the sun reaches, and what was stored.
  LEAST(solar_wh, GREATEST(consumption_wh - in_wh + charge_grid_wh, 0.0) + charge_solar_wh) AS self_consumption_wh,
  CASE
    WHEN balance_wh < 0 THEN -balance_wh
    WHEN balance_wh >= 0 THEN 0.0
  END AS unexplained_wh,
  `wattlake.quality`(900, covered_s, known_s - covered_s, disputed_s) AS quality,
  covered_s,
  known_s - covered_s AS filled_s,
  disputed_s,
  `wattlake.quality`(900, grid_covered_s, grid_known_s - grid_covered_s, grid_disputed_s) AS grid_quality,
  grid_covered_s,
  grid_known_s - grid_covered_s AS grid_filled_s
FROM charged
