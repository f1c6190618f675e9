-- site_slots: The energy balance of a site per 15-minute slot: grid import and export after the site's netting, solar, consumption.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- slot_start TIMESTAMP: Start of the slot, UTC; slots begin at minute 0, 15, 30 and 45.
-- import_wh FLOAT64: Energy taken from the grid, Wh; NULL where a grid channel is unknown.
-- export_wh FLOAT64: Energy given to the grid, Wh; NULL where a grid channel is unknown.
-- solar_wh FLOAT64: Energy made by the solar channels (their positive direction), Wh; NULL where one is unknown, or without any.
-- consumption_wh FLOAT64: What the site uses, Wh: import + solar - export, never negative. NULL where a part is unknown, or where export exceeds what the channels explain.
-- self_consumption_wh FLOAT64: Solar energy used on the site, Wh: solar - export, at least 0. NULL where a part is unknown.
-- unexplained_wh FLOAT64: What flows out beyond import and solar, Wh: noise of sampling where consumption is 0, an unmetered source where it is NULL. NULL where a part is unknown.
-- quality STRING: The worst quality among the grid and solar channels in place: measured, filled, partial or missing.
-- covered_s FLOAT64: Time for which the power of the least covered of these channels is known, s.

-- A row for each channel that is in place, and one for what netting makes of the grid's.
WITH shares AS (
  SELECT
    e.site, e.date, e.slot_start, c.role, e.import_wh, e.export_wh, e.quality, e.covered_s,
    CAST(NULL AS FLOAT64) AS netted_export_wh
  FROM `wattlake.energy_slots` AS e
  JOIN `wattlake.site_channels` AS c
    ON c.site = e.site AND c.device = e.device AND c.channel = e.channel
    AND DIV(UNIX_MICROS(e.slot_start), 900000000) >= c.first_slot
    AND DIV(UNIX_MICROS(e.slot_start), 900000000) < c.end_slot
  UNION ALL
  SELECT
    site, date, slot_start, 'netting' AS role, NULL AS import_wh, NULL AS export_wh, NULL AS quality, NULL AS covered_s,
    export_wh AS netted_export_wh
  FROM `wattlake.netted_export`
),

balances AS (
  SELECT
    site, date, slot_start,
    DIV(UNIX_MICROS(slot_start), 900000000) AS slot,
    COUNTIF(role = 'grid' AND import_wh IS NOT NULL AND export_wh IS NOT NULL) AS known_grid_channels,
    COUNTIF(role = 'solar' AND import_wh IS NOT NULL) AS known_solar_channels,
    SUM(IF(role = 'grid', import_wh, 0)) AS import_wh,
    SUM(IF(role = 'grid', export_wh, 0)) AS export_wh,
    SUM(IF(role = 'solar', import_wh, 0)) AS solar_wh,
    IFNULL(SUM(netted_export_wh), 0) AS netted_export_wh,
    MAX(CASE quality WHEN 'measured' THEN 0 WHEN 'filled' THEN 1 WHEN 'partial' THEN 2 END) AS worst,
    MIN(IF(quality <> 'missing', covered_s, NULL)) AS covered_s
  FROM shares
  GROUP BY site, date, slot_start
),

known AS (
  SELECT
    b.site, b.date, b.slot_start, p.solar_channels, b.netted_export_wh, p.is_netted,
    IF(p.grid_channels > 0 AND b.known_grid_channels >= p.grid_channels, b.import_wh, NULL) AS import_wh,
    IF(p.grid_channels > 0 AND b.known_grid_channels >= p.grid_channels, b.export_wh, NULL) AS export_wh,
    IF(p.solar_channels > 0 AND b.known_solar_channels >= p.solar_channels, b.solar_wh, NULL) AS solar_wh,
    IF(b.known_grid_channels < p.grid_channels OR b.known_solar_channels < p.solar_channels, 3, b.worst) AS worst,
    IF(b.known_grid_channels < p.grid_channels OR b.known_solar_channels < p.solar_channels, 0, b.covered_s) AS covered_s
  FROM balances AS b
  JOIN `wattlake.site_periods` AS p ON p.site = b.site AND b.slot >= p.first_slot AND b.slot < p.end_slot
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

-- What flows in and is made, less what flows out: what the site uses, as far as nothing else feeds it.
balanced AS (
  SELECT
    *,
    in_wh + IF(solar_channels > 0, solar_wh, 0.0) - out_wh AS balance_wh
  FROM netted
)

-- Meters are not read at one instant: up to a twentieth of what flows out, or 20 W, is noise. Beyond that something feeds the
-- site that no channel measures, and what it uses is not known.
SELECT
  site, date, slot_start,
  in_wh AS import_wh,
  out_wh AS export_wh,
  solar_wh,
  CASE
    WHEN balance_wh >= 0 THEN balance_wh
    WHEN balance_wh >= -GREATEST(5.0, out_wh / 20) THEN 0.0
  END AS consumption_wh,
  CASE
    WHEN solar_wh > out_wh THEN solar_wh - out_wh
    WHEN solar_wh <= out_wh THEN 0.0
  END AS self_consumption_wh,
  CASE
    WHEN balance_wh < 0 THEN -balance_wh
    WHEN balance_wh >= 0 THEN 0.0
  END AS unexplained_wh,
  CASE worst WHEN 0 THEN 'measured' WHEN 1 THEN 'filled' WHEN 2 THEN 'partial' ELSE 'missing' END AS quality,
  covered_s
FROM balanced
