-- site_slots: The energy balance of a site per 15-minute slot: grid import and export after the site's netting, solar, consumption.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- slot_start TIMESTAMP: Start of the slot, UTC; slots begin at minute 0, 15, 30 and 45.
-- import_wh FLOAT64: Energy taken from the grid, Wh; NULL where a grid channel is unknown.
-- export_wh FLOAT64: Energy given to the grid, Wh; NULL where a grid channel is unknown.
-- solar_wh FLOAT64: Energy made by the solar channels (their positive direction), Wh; NULL where one is unknown, or without any.
-- consumption_wh FLOAT64: Import + solar - export, Wh; NULL where a part is unknown, or where a site without solar channels exports more than it imports.
-- self_consumption_wh FLOAT64: Solar energy used on the site, Wh: solar - export, at least 0. NULL where a part is unknown.
-- quality STRING: measured, filled, disputed, partial or missing: the gravest that is true of a grid or solar channel.
-- covered_s FLOAT64: Time for which the power of the least covered of these channels is known, s.
-- filled_s FLOAT64: Time beyond it for which the energy of each of these channels is known, s.
-- disputed_s FLOAT64: Covered time whose counter was not believed, of the most disputed of these channels, s.

WITH channels AS (
  SELECT
    site, netting,
    COUNTIF(role = 'grid') AS grid_channels,
    COUNTIF(role = 'solar') AS solar_channels
  FROM `wattlake.meters`
  GROUP BY site, netting
),

-- One row for each grid or solar channel, and one for what netting makes of them.
shares AS (
  SELECT
    e.site, e.date, e.slot_start, m.role, e.import_wh, e.export_wh, e.covered_s, e.disputed_s,
    e.covered_s + e.filled_s AS known_s,
    CAST(NULL AS FLOAT64) AS netted_export_wh
  FROM `wattlake.energy_slots` AS e
  JOIN `wattlake.meters` AS m ON m.site = e.site AND m.device = e.device AND m.channel = e.channel
  WHERE m.role IN ('grid', 'solar')
  UNION ALL
  SELECT
    site, date, slot_start, 'netting' AS role, NULL AS import_wh, NULL AS export_wh, NULL AS covered_s, NULL AS disputed_s,
    NULL AS known_s,
    export_wh AS netted_export_wh
  FROM `wattlake.netted_export`
),

balances AS (
  SELECT
    site, date, slot_start,
    COUNTIF(role = 'grid' AND import_wh IS NOT NULL AND export_wh IS NOT NULL) AS known_grid_channels,
    COUNTIF(role = 'solar' AND import_wh IS NOT NULL) AS known_solar_channels,
    SUM(IF(role = 'grid', import_wh, 0)) AS import_wh,
    SUM(IF(role = 'grid', export_wh, 0)) AS export_wh,
    SUM(IF(role = 'solar', import_wh, 0)) AS solar_wh,
    IFNULL(SUM(netted_export_wh), 0) AS netted_export_wh,
    COUNTIF(role <> 'netting') AS channels,
    MIN(covered_s) AS covered_s,
    MIN(known_s) AS known_s,
    MAX(disputed_s) AS disputed_s
  FROM shares
  GROUP BY site, date, slot_start
),

known AS (
  SELECT
    b.site, b.date, b.slot_start, c.grid_channels, c.solar_channels, b.netted_export_wh,
    c.grid_channels > 1 AND c.netting = 'sum' AS is_netted,
    IF(c.grid_channels > 0 AND b.known_grid_channels = c.grid_channels, b.import_wh, NULL) AS import_wh,
    IF(c.grid_channels > 0 AND b.known_grid_channels = c.grid_channels, b.export_wh, NULL) AS export_wh,
    IF(c.solar_channels > 0 AND b.known_solar_channels = c.solar_channels, b.solar_wh, NULL) AS solar_wh,
    IF(b.channels = c.grid_channels + c.solar_channels, b.covered_s, 0) AS covered_s,
    IF(b.channels = c.grid_channels + c.solar_channels, b.known_s, 0) AS known_s,
    IFNULL(b.disputed_s, 0) AS disputed_s
  FROM balances AS b
  JOIN channels AS c ON c.site = b.site
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
)

SELECT
  site, date, slot_start,
  in_wh AS import_wh,
  out_wh AS export_wh,
  solar_wh,
  CASE
    WHEN solar_channels > 0 THEN in_wh + solar_wh - out_wh
    WHEN out_wh <= in_wh THEN in_wh - out_wh
  END AS consumption_wh,
  CASE
    WHEN solar_wh > out_wh THEN solar_wh - out_wh
    WHEN solar_wh <= out_wh THEN 0.0
  END AS self_consumption_wh,
  `wattlake.quality`(900, covered_s, known_s - covered_s, disputed_s) AS quality,
  covered_s,
  known_s - covered_s AS filled_s,
  disputed_s
FROM netted
