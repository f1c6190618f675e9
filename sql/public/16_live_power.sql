-- live_power: The latest power of each channel and how old it is. A channel that has been silent for days is there with NULL, and one whose meter says that it does not know its power any more.
-- site STRING: The site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- channel_name STRING: Name of the channel.
-- role STRING: grid, solar, battery or load.
-- ts TIMESTAMP: Instant of the latest reading that tells of power, UTC; NULL where there is none.
-- power_w FLOAT64: Active power, W; positive is import. NULL where none is known.
-- age_s FLOAT64: How long ago that was, s. NULL where there is none.

WITH latest AS (
  SELECT
    site, device, channel, ts, power_w,
    ROW_NUMBER() OVER (PARTITION BY site, device, channel ORDER BY ts DESC) AS place
  FROM `wattlake.live_merged`
  WHERE power_w IS NOT NULL OR power_unknown
)

SELECT
  m.site, m.device, m.channel, m.channel_name, m.role, l.ts, l.power_w,
  TIMESTAMP_DIFF(CURRENT_TIMESTAMP(), l.ts, MICROSECOND) / 1e6 AS age_s
FROM `wattlake.meters` AS m
LEFT JOIN latest AS l ON l.site = m.site AND l.device = m.device AND l.channel = m.channel AND l.place = 1
