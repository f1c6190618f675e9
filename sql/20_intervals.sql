-- intervals: The time from each reading to the next, clipped to the local day: how power behaves in it, and the counters around it.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- part INT64: 0: between two readings of the day; 1: from a reading before the day; 2: from the day's last reading to one after the day.
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
-- is_first BOOL: Whether the reading at the start is the day's first.
-- has_counter BOOL: Whether the reading at the start brought a counter.
-- next_counter_us INT64: The next reading that brings a counter; NULL where none follows.
-- import_counter_wh FLOAT64: Import counter as known at the start, Wh.
-- export_counter_wh FLOAT64: Export counter as known at the start, Wh.
-- next_import_counter_wh FLOAT64: Import counter in the reading at the end, Wh.
-- next_export_counter_wh FLOAT64: Export counter in the reading at the end, Wh.

-- Windows first, over the partition alone, so that a filter on site and date reaches the files.
WITH rows_of_day AS (
  SELECT
    site, date, device, channel, power_w, import_counter_wh, export_counter_wh,
    UNIX_MICROS(ts) AS us,
    IF(power_w IS NULL, NULL, UNIX_MICROS(ts)) AS power_us,
    IF(import_counter_wh IS NULL AND export_counter_wh IS NULL, NULL, UNIX_MICROS(ts)) AS counter_us
  FROM `wattlake.day_readings`
),

neighbours AS (
  SELECT
    site, date, device, channel, us, counter_us,
    LAG(us) OVER w AS previous_us,
    LEAD(us) OVER w AS next_us,
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
    n.*,
    m.integration = 'trapezoid' AS is_linear,
    CAST(m.max_gap_s * 1e6 AS INT64) AS max_gap_us,
    1.2 * m.max_power_w AS max_power_w,
    IF(m.generation = 1, n.power_us, n.us) AS sample_us,
    IF(m.generation = 1, n.next_power_us, n.next_us) AS next_sample_us,
    IF(m.generation = 1 OR n.next_power_us = n.next_us, n.next_power_w, n.power_w) AS next_sample_w
  FROM neighbours AS n
  JOIN `wattlake.meters` AS m ON m.site = n.site AND m.device = n.device AND m.channel = n.channel
),

days AS (
  SELECT site, date, UNIX_MICROS(day_start) AS day_start_us, UNIX_MICROS(day_end) AS day_end_us
  FROM `wattlake.site_days`
),

clipped AS (
  SELECT
    s.*,
    CASE WHEN s.us < d.day_start_us THEN 1 WHEN s.next_us >= d.day_end_us THEN 2 ELSE 0 END AS part,
    IF(s.us < d.day_start_us, d.day_start_us, s.us) AS start_us,
    IFNULL(IF(s.next_us > d.day_end_us, d.day_end_us, s.next_us), s.us) AS end_us,
    s.us >= d.day_start_us AND IFNULL(s.previous_us < d.day_start_us, TRUE) AS is_first,
    -- Power beyond the meter's rating is not believed.
    IF(
      s.next_sample_us - s.sample_us <= s.max_gap_us
        AND ABS(s.power_w) <= s.max_power_w
        AND (NOT s.is_linear OR ABS(s.next_sample_w) <= s.max_power_w),
      s.power_w,
      NULL
    ) AS known_power_w,
    IF(s.is_linear, (s.next_sample_w - s.power_w) / (s.next_sample_us - s.sample_us), 0.0) AS slope_w_per_us
  FROM samples AS s
  JOIN days AS d ON d.site = s.site AND d.date = s.date
  WHERE s.us < d.day_end_us AND (s.us >= d.day_start_us OR s.next_us > d.day_start_us)
),

powers AS (
  SELECT
    *,
    end_us - start_us AS length_us,
    known_power_w + slope_w_per_us * (start_us - sample_us) AS start_power_w,
    known_power_w + slope_w_per_us * (end_us - sample_us) AS end_power_w
  FROM clipped
)

-- Where power changes sign, the triangles on either side of the zero crossing are import and export.
SELECT
  site, date, device, channel, part, start_us, end_us,
  us AS reading_us,
  next_us AS next_reading_us,
  start_power_w IS NOT NULL AS covered,
  start_power_w, end_power_w,
  IF(known_power_w IS NULL, NULL, slope_w_per_us) AS slope_w_per_us,
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
  is_first,
  counter_us IS NOT NULL AS has_counter,
  next_counter_us, import_counter_wh, export_counter_wh, next_import_counter_wh, next_export_counter_wh
FROM powers
