-- intervals: The time from each reading to the next: how power behaves in it, and what the counters show around it. The nearest readings around the day are among them: an interval over midnight is in both days.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- number INT64: The channel's number among all channels.
-- place INT64: Place of the reading at the start among those of the day.
-- starts_before_day BOOL: Whether it starts at the last reading before the day.
-- starts_day BOOL: Whether it starts at the day's first reading.
-- ends_after_day BOOL: Whether it ends at the first reading after the day.
-- follows_day BOOL: Whether it starts at the first reading after the day. It has no length: it stands for that reading.
-- slot INT64: Slot of the start, as 15-minute periods since 1970 UTC.
-- start_us INT64: The reading at the start, microseconds since 1970 UTC.
-- end_us INT64: The reading at the end, microseconds since 1970 UTC; that at the start where none follows.
-- length_us FLOAT64: Time between the two, microseconds.
-- start_power_w FLOAT64: Power at the start of the interval, W; positive is import. NULL where the time is not covered.
-- end_power_w FLOAT64: Power just before the end of the interval, W. NULL where the time is not covered.
-- slope_w_per_us FLOAT64: Change of power inside the interval, W per microsecond: 0 where the start is held. NULL where the time is not covered.
-- max_gap_us INT64: A longer time between two readings is a gap, microseconds.
-- max_power_w FLOAT64: Power above which nothing is believed, W.
-- previous_power_w FLOAT64: Power as known before the reading at the start, W.
-- power_w FLOAT64: Power as known with that reading, W; NULL where the meter does not know it.
-- next_power_w FLOAT64: Power in the next reading that tells it, W; NULL after the day.
-- has_counter BOOL: Whether the reading at the start shows a counter.
-- previous_counter_us INT64: The last reading before it that shows one, microseconds since 1970 UTC.
-- next_counter_us INT64: The next one after it, microseconds since 1970 UTC.
-- previous_import_counter_wh FLOAT64: Import counter as known before the reading at the start, Wh.
-- import_counter_wh FLOAT64: Import counter as known with that reading, Wh.
-- next_import_counter_wh FLOAT64: Import counter in the next reading that shows it, Wh.
-- previous_export_counter_wh FLOAT64: Export counter as known before the reading at the start, Wh.
-- export_counter_wh FLOAT64: Export counter as known with that reading, Wh.
-- next_export_counter_wh FLOAT64: Export counter in the next reading that shows it, Wh.

-- Windows by keys of the partition and numbers: a filter on site and date reaches the files, and numbers sort fastest.
-- Readings of one instant count one after the other, with no time between them: what the record has last, of two the
-- smaller power last. So a copy changes nothing.
WITH rows_of_day AS (
  SELECT
    r.site, r.date, c.number, c.power_lasts, c.is_linear, c.max_gap_us, c.max_power_w,
    r.power_w, r.power_unknown, r.import_counter_wh, r.export_counter_wh, r.edge,
    -- live
    r.recorded,
    -- end of live
    UNIX_MICROS(r.ts) AS us,
    r.import_counter_wh IS NOT NULL OR r.export_counter_wh IS NOT NULL AS has_counter
  FROM `wattlake.held_readings` AS r
  JOIN `wattlake.channels` AS c ON c.site = r.site AND c.device = r.device AND c.channel = r.channel
),

neighbours AS (
  SELECT
    *,
    ROW_NUMBER() OVER w AS place,
    LAG(edge) OVER w AS previous_edge,
    LEAD(edge) OVER w AS next_edge,
    LEAD(us) OVER w AS next_us,
    LAST_VALUE(power_w IGNORE NULLS) OVER earlier AS previous_power_w,
    LAST_VALUE(IF(power_w IS NULL, NULL, us) IGNORE NULLS) OVER earlier AS previous_power_us,
    LAST_VALUE(IF(power_w IS NULL, power_unknown, FALSE) IGNORE NULLS) OVER earlier AS previous_power_unknown,
    LEAD(power_w) OVER w AS following_power_w,
    FIRST_VALUE(power_w IGNORE NULLS) OVER later AS later_power_w,
    FIRST_VALUE(IF(power_w IS NULL, NULL, us) IGNORE NULLS) OVER later AS later_power_us,
    LAST_VALUE(IF(has_counter, us, NULL) IGNORE NULLS) OVER earlier AS previous_counter_us,
    FIRST_VALUE(IF(has_counter, us, NULL) IGNORE NULLS) OVER later AS next_counter_us,
    LAST_VALUE(import_counter_wh IGNORE NULLS) OVER earlier AS previous_import_counter_wh,
    FIRST_VALUE(import_counter_wh IGNORE NULLS) OVER later AS next_import_counter_wh,
    LAST_VALUE(export_counter_wh IGNORE NULLS) OVER earlier AS previous_export_counter_wh,
    FIRST_VALUE(export_counter_wh IGNORE NULLS) OVER later AS next_export_counter_wh
  FROM rows_of_day
  WINDOW
    w AS (
      PARTITION BY date, number, site
      ORDER BY
        us,
        -- live
        recorded,
        -- end of live
        power_unknown NULLS FIRST, power_w DESC NULLS FIRST,
        import_counter_wh DESC NULLS FIRST, export_counter_wh DESC NULLS FIRST
    ),
    earlier AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
    later AS (w ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
),

-- What is known at a reading. From generation 2 on a reading without power means that power has not changed; a generation 1
-- reading without power says nothing about it, so the samples around it bound the interval. Where the meter says that it does
-- not know its power any more, power is unknown from there to the next reading that tells it. Of the readings around the day
-- the nearest on each side counts.
known AS (
  SELECT
    *,
    IFNULL(edge = 'after', FALSE) OR next_us IS NULL AS is_end,
    CASE
      WHEN power_w IS NOT NULL THEN power_w
      WHEN power_unknown OR previous_power_unknown THEN NULL
      ELSE previous_power_w
    END AS known_power_w,
    IFNULL(import_counter_wh, previous_import_counter_wh) AS known_import_counter_wh,
    IFNULL(export_counter_wh, previous_export_counter_wh) AS known_export_counter_wh,
    IF(power_lasts OR power_w IS NOT NULL, us, previous_power_us) AS sample_us,
    IF(power_lasts, next_us, later_power_us) AS next_sample_us,
    CASE
      WHEN IFNULL(edge = 'after', FALSE) OR next_us IS NULL THEN NULL
      WHEN power_lasts THEN COALESCE(following_power_w, power_w, previous_power_w)
      ELSE later_power_w
    END AS next_power_w
  FROM neighbours
  WHERE IFNULL(edge <> IF(edge = 'before', next_edge, previous_edge), TRUE)
),

-- A longer time than the meter's longest gap is not covered. Power beyond the meter's rating is not believed.
powers AS (
  SELECT
    *,
    IF(is_end, us, next_us) AS end_us,
    IF(
      NOT is_end
        AND next_sample_us - sample_us <= max_gap_us
        AND ABS(known_power_w) <= max_power_w
        AND IF(is_linear, ABS(next_power_w), 0) <= max_power_w,
      known_power_w,
      NULL
    ) AS sample_power_w,
    IF(is_linear, SAFE_DIVIDE(next_power_w - known_power_w, next_sample_us - sample_us), 0.0) AS slope_w_per_us
  FROM known
)

SELECT
  site, date, number, place,
  IFNULL(edge = 'before', FALSE) AS starts_before_day,
  edge IS NULL AND (place = 1 OR previous_edge IS NOT NULL) AS starts_day,
  NOT is_end AND IFNULL(next_edge = 'after', FALSE) AS ends_after_day,
  IFNULL(edge = 'after', FALSE) AS follows_day,
  DIV(us, 900000000) AS slot,
  us AS start_us,
  end_us,
  CAST(end_us - us AS FLOAT64) AS length_us,
  IF(is_linear, sample_power_w + slope_w_per_us * (us - sample_us), sample_power_w) AS start_power_w,
  IF(is_linear, sample_power_w + slope_w_per_us * (end_us - sample_us), sample_power_w) AS end_power_w,
  IF(sample_power_w IS NULL, NULL, slope_w_per_us) AS slope_w_per_us,
  max_gap_us, max_power_w,
  previous_power_w,
  known_power_w AS power_w,
  next_power_w,
  has_counter, previous_counter_us, next_counter_us,
  previous_import_counter_wh,
  known_import_counter_wh AS import_counter_wh,
  next_import_counter_wh,
  previous_export_counter_wh,
  known_export_counter_wh AS export_counter_wh,
  next_export_counter_wh
FROM powers
