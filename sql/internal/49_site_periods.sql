-- site_periods: Which channels a site's figures ask for, in periods between which a meter came or went. A site that never changed has one.
-- site STRING: The site.
-- first_slot INT64: First slot of the period, as 15-minute periods since 1970 UTC.
-- end_slot INT64: First slot after it.
-- grid_channels INT64: Grid channels of which energy must be known.
-- solar_channels INT64: Solar channels of which energy must be known.
-- battery_channels INT64: Battery channels of which energy must be known.
-- grid_max_power_w FLOAT64: The most that the grid channels in place can carry together, W.
-- is_netted BOOL: Whether the power of several grid channels is summed before import and export are split.

WITH edges AS (
  SELECT site, 0 AS slot FROM `wattlake.site_channels`
  UNION DISTINCT
  SELECT site, first_slot AS slot FROM `wattlake.site_channels`
  UNION DISTINCT
  SELECT site, certain_slot AS slot FROM `wattlake.site_channels`
  UNION DISTINCT
  SELECT site, leaving_slot AS slot FROM `wattlake.site_channels`
  UNION DISTINCT
  SELECT site, end_slot AS slot FROM `wattlake.site_channels`
),

periods AS (
  SELECT site, slot AS first_slot, LEAD(slot) OVER (PARTITION BY site ORDER BY slot) AS end_slot
  FROM edges
),

in_place AS (
  SELECT
    p.site, p.first_slot, p.end_slot, c.netting, c.role,
    COUNT(*) AS channels,
    SUM(c.max_power_w) AS max_power_w,
    COUNTIF(p.first_slot < c.certain_slot) AS coming,
    COUNTIF(p.first_slot >= c.leaving_slot) AS leaving
  FROM periods AS p
  JOIN `wattlake.site_channels` AS c
    ON c.site = p.site AND p.first_slot >= c.first_slot AND p.first_slot < c.end_slot
  WHERE p.end_slot IS NOT NULL
  GROUP BY p.site, p.first_slot, p.end_slot, c.netting, c.role
),

-- On a day on which one channel leaves and another of its role comes, the one or the other tells.
asked AS (
  SELECT
    site, first_slot, end_slot, netting, role, max_power_w,
    GREATEST(1, channels - IF(coming > 0 AND leaving > 0, GREATEST(coming, leaving), 0)) AS channels
  FROM in_place
)

SELECT
  site, first_slot, end_slot,
  SUM(IF(role = 'grid', channels, 0)) AS grid_channels,
  SUM(IF(role = 'solar', channels, 0)) AS solar_channels,
  SUM(IF(role = 'battery', channels, 0)) AS battery_channels,
  SUM(IF(role = 'grid', max_power_w, 0)) AS grid_max_power_w,
  SUM(IF(role = 'grid', channels, 0)) > 1 AND netting = 'sum' AS is_netted
FROM asked
GROUP BY site, first_slot, end_slot, netting
