-- power_intervals: The time between two readings, clipped to the local day, and how power behaves in it.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- start_us INT64: Start of the interval, microseconds since 1970 UTC.
-- end_us INT64: End of the interval, microseconds since 1970 UTC.
-- covered BOOL: Whether power is known throughout; otherwise the interval is a gap and is not integrated.
-- start_power_w FLOAT64: Power at the start of the interval, W; positive is import. NULL in a gap.
-- end_power_w FLOAT64: Power just before the end of the interval, W. NULL in a gap.
-- slope_w_per_us FLOAT64: Change of power inside the interval, W per microsecond: 0 where the start is held. NULL in a gap.
-- import_wh FLOAT64: Energy imported in the interval, Wh. NULL in a gap.
-- export_wh FLOAT64: Energy exported in the interval, Wh. NULL in a gap.

-- Windows first, over the partition alone, so that a filter on site and date reaches the files.
WITH neighbours AS (
  SELECT
    site, date, device, channel,
    UNIX_MICROS(ts) AS us,
    LEAD(UNIX_MICROS(ts)) OVER w AS next_us,
    LAST_VALUE(IF(power_w IS NULL, NULL, UNIX_MICROS(ts)) IGNORE NULLS) OVER so_far AS power_us,
    LAST_VALUE(power_w IGNORE NULLS) OVER so_far AS power_w,
    FIRST_VALUE(IF(power_w IS NULL, NULL, UNIX_MICROS(ts)) IGNORE NULLS) OVER ahead AS next_power_us,
    FIRST_VALUE(power_w IGNORE NULLS) OVER ahead AS next_power_w
  FROM `wattlake.day_readings`
  WINDOW
    w AS (PARTITION BY site, date, device, channel ORDER BY ts),
    so_far AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
    ahead AS (w ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
),

-- From generation 2 on a reading without power means that power has not changed; a generation 1 reading without power
-- says nothing about it, so the samples around it bound the interval.
samples AS (
  SELECT
    n.site, n.date, n.device, n.channel, n.us, n.next_us, n.power_w,
    m.integration = 'trapezoid' AS is_linear,
    CAST(m.max_gap_s * 1e6 AS INT64) AS max_gap_us,
    IF(m.generation = 1, n.power_us, n.us) AS sample_us,
    IF(m.generation = 1, n.next_power_us, n.next_us) AS next_sample_us,
    IF(m.generation = 1 OR n.next_power_us = n.next_us, n.next_power_w, n.power_w) AS next_sample_w
  FROM neighbours AS n
  JOIN `wattlake.meters` AS m ON m.site = n.site AND m.device = n.device AND m.channel = n.channel
  WHERE n.next_us IS NOT NULL
),

clipped AS (
  SELECT
    s.site, s.date, s.device, s.channel, s.sample_us,
    IF(s.us < d.start_us, d.start_us, s.us) AS start_us,
    IF(s.next_us > d.end_us, d.end_us, s.next_us) AS end_us,
    IF(s.next_sample_us - s.sample_us <= s.max_gap_us, s.power_w, NULL) AS power_w,
    IF(s.is_linear, (s.next_sample_w - s.power_w) / (s.next_sample_us - s.sample_us), 0.0) AS slope_w_per_us
  FROM samples AS s
  JOIN (
    SELECT site, date, UNIX_MICROS(day_start) AS start_us, UNIX_MICROS(day_end) AS end_us FROM `wattlake.site_days`
  ) AS d ON d.site = s.site AND d.date = s.date
  WHERE s.next_us > d.start_us AND s.us < d.end_us
),

powers AS (
  SELECT
    site, date, device, channel, start_us, end_us,
    end_us - start_us AS length_us,
    IF(power_w IS NULL, NULL, slope_w_per_us) AS slope_w_per_us,
    power_w + slope_w_per_us * (start_us - sample_us) AS start_power_w,
    power_w + slope_w_per_us * (end_us - sample_us) AS end_power_w
  FROM clipped
)

-- Where power changes sign, the triangles on either side of the zero crossing are import and export.
SELECT
  site, date, device, channel, start_us, end_us,
  start_power_w IS NOT NULL AS covered,
  start_power_w, end_power_w, slope_w_per_us,
  length_us / 3.6e9 * CASE
    WHEN start_power_w >= 0 AND end_power_w >= 0 THEN (start_power_w + end_power_w) / 2
    WHEN start_power_w <= 0 AND end_power_w <= 0 THEN 0.0
    ELSE POW(IF(start_power_w > end_power_w, start_power_w, end_power_w), 2) / (2 * ABS(end_power_w - start_power_w))
  END AS import_wh,
  length_us / 3.6e9 * CASE
    WHEN start_power_w >= 0 AND end_power_w >= 0 THEN 0.0
    WHEN start_power_w <= 0 AND end_power_w <= 0 THEN -(start_power_w + end_power_w) / 2
    ELSE POW(IF(start_power_w < end_power_w, start_power_w, end_power_w), 2) / (2 * ABS(end_power_w - start_power_w))
  END AS export_wh
FROM powers
