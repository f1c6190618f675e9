-- stretches: The intervals, and the stretch between two knots that each lies in. A knot is a reading at which the counters are looked at. The time of repeated messages is a gap here.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- number INT64: The channel's number among all channels.
-- stretch INT64: Number of the stretch in the day, from 1.
-- is_knot BOOL: Whether the interval starts at the knot that begins the stretch.
-- has_counter BOOL: Whether the reading at the start shows a counter.
-- starts_before_day BOOL: Whether it starts at the last reading before the day. It is a stretch of its own.
-- ends_after_day BOOL: Whether it ends at the first reading after the day. It is a stretch of its own.
-- slot INT64: Slot of the start, as 15-minute periods since 1970 UTC.
-- start_us INT64: The reading at the start, microseconds since 1970 UTC.
-- end_us INT64: The reading at the end, microseconds since 1970 UTC; that at the start where none follows.
-- length_us FLOAT64: Time between the two, microseconds.
-- is_repeated BOOL: Whether the messages are repetitions of an old state.
-- gap_us FLOAT64: Length of the gap that begins here, microseconds; NULL where none begins.
-- start_power_w FLOAT64: Power at the start of the interval, W; positive is import. NULL in a gap.
-- end_power_w FLOAT64: Power just before the end of the interval, W. NULL in a gap.
-- slope_w_per_us FLOAT64: Change of power inside the interval, W per microsecond: 0 where the start is held. NULL in a gap.
-- next_power_w FLOAT64: Power in the next reading that tells it, W.
-- import_counter_wh FLOAT64: Import counter as known at the start, Wh.
-- export_counter_wh FLOAT64: Export counter as known at the start, Wh.
-- counter_step_wh FLOAT64: The counters' own step, Wh: the coarsest that all of the day's values are multiples of.

-- A step of a counter is odd where it falls, or rises faster than the meter's rating allows. A counter may be a minute old.
-- A run is a row of readings with the same power and the same counters to the last digit.
WITH steps AS (
  SELECT
    *,
    (start_us - previous_counter_us + 60000000) * max_power_w / 3.6e9 AS possible_wh,
    (next_counter_us - start_us + 60000000) * max_power_w / 3.6e9 AS next_possible_wh,
    import_counter_wh - previous_import_counter_wh AS import_rise_wh,
    export_counter_wh - previous_export_counter_wh AS export_rise_wh,
    next_import_counter_wh - import_counter_wh AS next_import_rise_wh,
    next_export_counter_wh - export_counter_wh AS next_export_rise_wh,
    IFNULL(power_w = previous_power_w, FALSE)
      AND IFNULL(import_counter_wh = previous_import_counter_wh, import_counter_wh IS NULL)
      AND IFNULL(export_counter_wh = previous_export_counter_wh, export_counter_wh IS NULL) AS continues_run,
    IFNULL(power_w = next_power_w, FALSE)
      AND IFNULL(import_counter_wh = next_import_counter_wh, TRUE)
      AND IFNULL(export_counter_wh = next_export_counter_wh, TRUE) AS is_continued,
    LEAST(
      IFNULL(`wattlake.counter_step_wh`(import_counter_wh), 100.0),
      IFNULL(`wattlake.counter_step_wh`(export_counter_wh), 100.0)
    ) AS step_wh
  FROM `wattlake.intervals`
),

-- Knots are the slot's last reading with a counter, both ends of an odd step, and the readings on both sides of each end of
-- the day.
knots AS (
  SELECT
    *,
    starts_before_day OR starts_day OR ends_after_day OR follows_day
      OR has_counter AND IFNULL(next_counter_us >= (slot + 1) * 900000000, TRUE)
      OR has_counter AND IFNULL(import_rise_wh < 0 OR import_rise_wh > possible_wh, FALSE)
      OR has_counter AND IFNULL(export_rise_wh < 0 OR export_rise_wh > possible_wh, FALSE)
      OR has_counter AND IFNULL(next_import_rise_wh < 0 OR next_import_rise_wh > next_possible_wh, FALSE)
      OR has_counter AND IFNULL(next_export_rise_wh < 0 OR next_export_rise_wh > next_possible_wh, FALSE) AS is_knot,
    -- A run is as long as its counters show, from the first to the last of its readings that has one.
    IF(has_counter, start_us, IFNULL(next_counter_us, start_us)) AS first_counter_us,
    IF(has_counter, start_us, IFNULL(previous_counter_us, start_us)) AS last_counter_us
  FROM steps
),

numbered AS (
  SELECT
    *,
    COUNTIF(is_knot) OVER so_far AS stretch,
    LAST_VALUE(IF(continues_run, NULL, first_counter_us) IGNORE NULLS) OVER so_far AS run_start_us,
    FIRST_VALUE(IF(is_continued, NULL, last_counter_us) IGNORE NULLS) OVER from_here AS run_end_us,
    MIN(step_wh) OVER p AS counter_step_wh
  FROM knots
  WINDOW
    w AS (PARTITION BY date, number, site ORDER BY place),
    so_far AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
    from_here AS (w ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING),
    p AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),

-- A counter that should have moved by more than two of its steps in the time of a run, and more than a minute before its end,
-- has not been read anew, nor has the power.
runs AS (
  SELECT
    *,
    NOT (starts_before_day OR ends_after_day)
      AND IFNULL(
        IF(power_w > 0, import_counter_wh, export_counter_wh) IS NOT NULL
          AND ABS(power_w) * (run_end_us - run_start_us - 60000000) / 3.6e9 > 2 * counter_step_wh,
        FALSE
      ) AS is_repeated
  FROM numbered
)

SELECT
  site, date, number, stretch, is_knot, has_counter, starts_before_day, ends_after_day,
  slot, start_us, end_us, length_us, is_repeated,
  CASE
    WHEN is_repeated AND NOT continues_run THEN CAST(run_end_us - run_start_us AS FLOAT64)
    WHEN NOT is_repeated AND start_power_w IS NULL AND length_us > 0 THEN length_us
  END AS gap_us,
  IF(is_repeated, NULL, start_power_w) AS start_power_w,
  IF(is_repeated, NULL, end_power_w) AS end_power_w,
  IF(is_repeated, NULL, slope_w_per_us) AS slope_w_per_us,
  next_power_w, import_counter_wh, export_counter_wh, counter_step_wh
FROM runs
