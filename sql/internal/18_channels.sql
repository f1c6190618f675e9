-- channels: What the integration asks of each channel of the registry, and its number: one key to sort and group readings by in place of three.
-- number INT64: The channel's number among all channels. It holds within a query only.
-- site STRING: The site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- power_lasts BOOL: Whether a reading without power means that power has not changed: from generation 2 on.
-- is_linear BOOL: Whether power runs straight from one reading to the next; otherwise it is held.
-- max_gap_us INT64: Longest time between two readings that counts as covered, microseconds.
-- max_power_w FLOAT64: Power above which nothing is believed, W: a fifth above the meter's rating.
SELECT
  number, site, device, channel,
  generation > 1 AS power_lasts,
  integration = 'trapezoid' AS is_linear,
  CAST(max_gap_s * 1e6 AS INT64) AS max_gap_us,
  1.2 * max_power_w AS max_power_w
FROM `wattlake.meters`
