-- intervals: The time from each reading to the next: how power behaves in it, and the counters around it. Readings around the day are among them: an interval over midnight is in both days.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- number INT64: The channel's number among all channels.
-- slot INT64: Slot of the start, as 15-minute periods since 1970 UTC.
-- start_us INT64: The reading at the start, microseconds since 1970 UTC.
-- end_us INT64: The reading at the end, microseconds since 1970 UTC; NULL where none follows.
-- length_us FLOAT64: Time between the two, microseconds; 0 where no reading follows.
-- covered BOOL: Whether power is known throughout; otherwise the interval is a gap and is not integrated.
-- start_power_w FLOAT64: Power at the start of the interval, W; positive is import. NULL in a gap.
-- end_power_w FLOAT64: Power just before the end of the interval, W. NULL in a gap.
-- slope_w_per_us FLOAT64: Change of power inside the interval, W per microsecond: 0 where the start is held. NULL in a gap.
-- net_wh FLOAT64: Integral of power, import less export, Wh. NULL in a gap.
-- gross_wh FLOAT64: Integral of the absolute value of power, import and export together, Wh. NULL in a gap.
-- is_first BOOL: Whether the reading at the start is the day's first.
-- has_counter BOOL: Whether the reading at the start brought a counter.
-- next_counter_us INT64: The next reading that brings a counter; NULL where none follows.
-- import_counter_wh FLOAT64: Import counter as known at the start, Wh.
-- export_counter_wh FLOAT64: Export counter as known at the start, Wh.
-- next_import_counter_wh FLOAT64: Import counter in the reading at the end, Wh.
-- next_export_counter_wh FLOAT64: Export counter in the reading at the end, Wh.

-- Windows by keys of the partition and numbers: a filter on site and date reaches the files, and numbers sort fastest.
-- Readings of one instant count one after the other, with no time between them: what the record has last, of two the
-- smaller power last. So a copy changes nothing.
WITH rows_of_day AS (
  SELECT
    r.site, r.date, c.number, r.power_w, r.import_counter_wh, r.export_counter_wh,
    -- live
    r.recorded,
    -- end of live
    UNIX_MICROS(r.ts) AS us,
    r.import_counter_wh IS NOT NULL OR r.export_counter_wh IS NOT NULL AS has_counter,
    r.edge IS NULL AS is_own
  FROM `wattlake.day_readings` AS r
  JOIN `wattlake.channels` AS c ON c.site = r.site AND c.device = r.device AND c.channel = r.channel
),

neighbours AS (
  SELECT
    site, date, number, us, has_counter,
    is_own AND NOT IFNULL(LAG(is_own) OVER w, FALSE) AS is_first,
    LEAD(us) OVER w AS next_us,
    LAST_VALUE(IF(power_w IS NULL, NULL, us) IGNORE NULLS) OVER so_far AS power_us,
    LAST_VALUE(power_w IGNORE NULLS) OVER so_far AS power_w,
    FIRST_VALUE(IF(power_w IS NULL, NULL, us) IGNORE NULLS) OVER ahead AS next_power_us,
    FIRST_VALUE(power_w IGNORE NULLS) OVER ahead AS next_power_w,
    FIRST_VALUE(IF(has_counter, us, NULL) IGNORE NULLS) OVER ahead AS next_counter_us,
    LAST_VALUE(import_counter_wh IGNORE NULLS) OVER so_far AS import_counter_wh,
    LAST_VALUE(export_counter_wh IGNORE NULLS) OVER so_far AS export_counter_wh,
    LEAD(import_counter_wh) OVER w AS next_import_counter_wh,
    LEAD(export_counter_wh) OVER w AS next_export_counter_wh
  FROM rows_of_day
  WINDOW
    w AS (
      PARTITION BY date, number, site
      ORDER BY
        us,
        -- live
        recorded,
        -- end of live
        power_w DESC NULLS FIRST, import_counter_wh DESC NULLS FIRST, export_counter_wh DESC NULLS FIRST
    ),
    so_far AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
    ahead AS (w ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
),

-- From generation 2 on a reading without power means that power has not changed; a generation 1 reading without power
-- says nothing about it, so the samples around it bound the interval.
samples AS (
  SELECT
    n.*, c.device, c.channel, c.is_linear, c.max_gap_us, c.max_power_w,
    IF(c.power_lasts, n.us, n.power_us) AS sample_us,
    IF(c.power_lasts, n.next_us - n.us, n.next_power_us - n.power_us) AS sample_length_us,
    IF(NOT c.power_lasts OR n.next_power_us = n.next_us, n.next_power_w, n.power_w) AS next_sample_w
  FROM neighbours AS n
  JOIN `wattlake.channels` AS c ON c.number = n.number
),

-- Power beyond the meter's rating is not believed.
known AS (
  SELECT
    *,
    IF(
      sample_length_us <= max_gap_us
        AND ABS(power_w) <= max_power_w
        AND IF(is_linear, ABS(next_sample_w), 0) <= max_power_w,
      power_w,
      NULL
    ) AS known_power_w,
    IF(is_linear, SAFE_DIVIDE(next_sample_w - power_w, sample_length_us), 0.0) AS slope_w_per_us
  FROM samples
),

powers AS (
  SELECT
    *,
    DIV(us, 900000000) AS slot,
    CAST(IFNULL(next_us - us, 0) AS FLOAT64) AS length_us,
    known_power_w + slope_w_per_us * (us - sample_us) AS start_power_w,
    known_power_w + slope_w_per_us * (next_us - sample_us) AS end_power_w
  FROM known
)

-- Where power changes sign, the triangles on either side of the zero crossing add up to the gross integral.
SELECT
  site, date, device, channel, number, slot,
  us AS start_us,
  next_us AS end_us,
  length_us,
  start_power_w IS NOT NULL AS covered,
  start_power_w, end_power_w,
  IF(known_power_w IS NULL, NULL, slope_w_per_us) AS slope_w_per_us,
  length_us / 3.6e9 * (start_power_w + end_power_w) / 2 AS net_wh,
  length_us / 3.6e9 * IF(
    start_power_w * end_power_w < 0,
    (start_power_w * start_power_w + end_power_w * end_power_w) / ABS(end_power_w - start_power_w),
    ABS(start_power_w + end_power_w)
  ) / 2 AS gross_wh,
  is_first,
  has_counter, next_counter_us, import_counter_wh, export_counter_wh, next_import_counter_wh, next_export_counter_wh
FROM powers
