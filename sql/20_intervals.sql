-- intervals: The time from each reading to the next, clipped to the local day: how power behaves in it, and the counters around it.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- start_us INT64: Start of the interval, microseconds since 1970 UTC.
-- end_us INT64: End of the interval, microseconds since 1970 UTC; the start again for a channel's last reading.
-- reading_us INT64: The reading at the start; before start_us where the interval is clipped.
-- next_reading_us INT64: The reading at the end; after end_us where the interval is clipped.
-- covered BOOL: Whether power is known throughout; otherwise the interval is a gap and is not integrated.
-- start_power_w FLOAT64: Power at the start of the interval, W; positive is import. NULL in a gap.
-- end_power_w FLOAT64: Power just before the end of the interval, W. NULL in a gap.
-- slope_w_per_us FLOAT64: Change of power inside the interval, W per microsecond: 0 where the start is held. NULL in a gap.
-- import_wh FLOAT64: Integral of the positive power, Wh. NULL in a gap.
-- export_wh FLOAT64: Integral of the negative power, Wh, as a positive number. NULL in a gap.
-- edge STRING: before where the reading at the start lies before the day, after where only the one at the end lies outside; NULL inside the day.
-- is_first BOOL: Whether the reading at the start is the day's first.
-- has_counter BOOL: Whether the reading at the start brought a counter.
-- next_counter_us INT64: The next reading that brings a counter; NULL where none follows.
-- import_counter_wh FLOAT64: Import counter as known at the start reading, Wh.
-- export_counter_wh FLOAT64: Export counter as known at the start reading, Wh.
-- next_import_counter_wh FLOAT64: Import counter as known at the end reading, Wh.
-- next_export_counter_wh FLOAT64: Export counter as known at the end reading, Wh.

-- Windows first, over the partition alone, so that a filter on site and date reaches the files.
WITH rows_of_day AS (
  SELECT
    site, date, device, channel, edge, power_w, import_counter_wh, export_counter_wh,
    UNIX_MICROS(ts) AS us,
    IF(power_w IS NULL, NULL, UNIX_MICROS(ts)) AS power_us,
    IF(import_counter_wh IS NULL AND export_counter_wh IS NULL, NULL, UNIX_MICROS(ts)) AS counter_us
  FROM `wattlake.day_readings`
),

neighbours AS (
  SELECT
    site, date, device, channel, us, counter_us,
    LEAD(us) OVER w AS next_us,
    edge,
    LEAD(edge) OVER w AS next_edge,
    LAG(edge) OVER w AS previous_edge,
    LAG(us) OVER w AS previous_us,
    LAST_VALUE(power_us IGNORE NULLS) OVER so_far AS power_us,
    LAST_VALUE(power_w IGNORE NULLS) OVER so_far AS power_w,
    FIRST_VALUE(power_us IGNORE NULLS) OVER ahead AS next_power_us,
    FIRST_VALUE(power_w IGNORE NULLS) OVER ahead AS next_power_w,
    FIRST_VALUE(counter_us IGNORE NULLS) OVER ahead AS next_counter_us,
    LAST_VALUE(import_counter_wh IGNORE NULLS) OVER so_far AS import_counter_wh,
    LAST_VALUE(export_counter_wh IGNORE NULLS) OVER so_far AS export_counter_wh,
    LEAD(import_counter_wh) OVER w AS next_import_counter_wh,
    LEAD(export_counter_wh) OVER w AS next_export_counter_wh
  FROM rows_of_day
  WINDOW
    w AS (PARTITION BY site, date, device, channel ORDER BY us),
    so_far AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
    ahead AS (w ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
),

-- From generation 2 on a reading without power means that power has not changed; a generation 1 reading without power
-- says nothing about it, so the samples around it bound the interval.
samples AS (
  SELECT
    n.site, n.date, n.device, n.channel, n.us, n.power_w, n.counter_us, n.next_counter_us,
    n.import_counter_wh, n.export_counter_wh,
    IFNULL(n.next_import_counter_wh, n.import_counter_wh) AS next_import_counter_wh,
    IFNULL(n.next_export_counter_wh, n.export_counter_wh) AS next_export_counter_wh,
    IFNULL(n.next_us, n.us) AS next_us,
    IFNULL(n.edge, n.next_edge) AS edge,
    n.edge IS NULL AND (n.previous_us IS NULL OR n.previous_edge IS NOT NULL) AS is_first,
    m.integration = 'trapezoid' AS is_linear,
    CAST(m.max_gap_s * 1e6 AS INT64) AS max_gap_us,
    IF(m.generation = 1, n.power_us, n.us) AS sample_us,
    IF(m.generation = 1, n.next_power_us, n.next_us) AS next_sample_us,
    IF(m.generation = 1 OR n.next_power_us = n.next_us, n.next_power_w, n.power_w) AS next_sample_w
  FROM neighbours AS n
  JOIN `wattlake.meters` AS m ON m.site = n.site AND m.device = n.device AND m.channel = n.channel
),

clipped AS (
  SELECT
    s.site, s.date, s.device, s.channel, s.us, s.next_us, s.sample_us, s.counter_us, s.next_counter_us, s.edge,
    s.is_first, s.import_counter_wh, s.export_counter_wh, s.next_import_counter_wh, s.next_export_counter_wh,
    IF(s.us < d.start_us, d.start_us, s.us) AS start_us,
    IF(s.next_us > d.end_us, d.end_us, s.next_us) AS end_us,
    IF(s.next_sample_us - s.sample_us <= s.max_gap_us, s.power_w, NULL) AS power_w,
    IF(s.is_linear, (s.next_sample_w - s.power_w) / (s.next_sample_us - s.sample_us), 0.0) AS slope_w_per_us
  FROM samples AS s
  JOIN (
    SELECT site, date, UNIX_MICROS(day_start) AS start_us, UNIX_MICROS(day_end) AS end_us FROM `wattlake.site_days`
  ) AS d ON d.site = s.site AND d.date = s.date
  WHERE s.us < d.end_us AND (s.us >= d.start_us OR s.next_us > d.start_us)
),

powers AS (
  SELECT
    site, date, device, channel, start_us, end_us, us, next_us, counter_us, next_counter_us, edge, is_first,
    import_counter_wh, export_counter_wh, next_import_counter_wh, next_export_counter_wh,
    end_us - start_us AS length_us,
    IF(power_w IS NULL, NULL, slope_w_per_us) AS slope_w_per_us,
    power_w + slope_w_per_us * (start_us - sample_us) AS start_power_w,
    power_w + slope_w_per_us * (end_us - sample_us) AS end_power_w
  FROM clipped
)

-- Where power changes sign, the triangles on either side of the zero crossing are import and export.
SELECT
  site, date, device, channel, start_us, end_us,
  us AS reading_us,
  next_us AS next_reading_us,
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
  END AS export_wh,
  edge, is_first,
  counter_us IS NOT NULL AS has_counter,
  next_counter_us, import_counter_wh, export_counter_wh, next_import_counter_wh, next_export_counter_wh
FROM powers
