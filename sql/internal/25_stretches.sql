-- stretches: The intervals, and the stretch between two knots that each lies in. A knot is a reading at which the counters are looked at. The time of repeated messages is a gap here.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- number INT64: The channel's number among all channels.
-- stretch INT64: The stretch: the place of the knot that begins it.
-- is_knot BOOL: Whether the interval starts at that knot.
-- counter_age_us INT64: How long before the start its counters were read, microseconds: 0 where that reading shows them anew.
-- starts_before_day BOOL: Whether it starts at the last reading before the day. It is a stretch of its own.
-- ends_after_day BOOL: Whether it ends at the first reading after the day. It is a stretch of its own.
-- follows_day BOOL: Whether it starts at the first reading after the day. It has no length: it stands for that reading.
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
-- import_break INT64: Place of the reading at which the import counter has last gone on from a lower value; NULL before the first.
-- import_fall_to_wh FLOAT64: The lower value from which the import counter goes on after this interval's step, Wh; NULL where it does not fall.
-- export_counter_wh FLOAT64: The same of the export counter.
-- export_break INT64: The same.
-- export_fall_to_wh FLOAT64: The same.

-- What the counters do in the step that ends at the reading, and in the one that begins with it. A fall of more than two of
-- the counter's steps is a break, whatever its size: the counter goes on from the lower value. A step is odd with a break, or
-- with a rise that the meter's rating does not allow; a counter may be a minute old.
WITH steps AS (
  SELECT
    *,
    `wattlake.counter_breaks`(previous_import_counter_wh, import_counter_wh) AS breaks_import,
    `wattlake.counter_breaks`(previous_export_counter_wh, export_counter_wh) AS breaks_export,
    IF(`wattlake.counter_breaks`(import_counter_wh, next_import_counter_wh), next_import_counter_wh, NULL)
      AS import_fall_to_wh,
    IF(`wattlake.counter_breaks`(export_counter_wh, next_export_counter_wh), next_export_counter_wh, NULL)
      AS export_fall_to_wh,
    (start_us - previous_counter_us + 60000000) * max_power_w / 3.6e9 AS possible_wh,
    (next_counter_us - start_us + 60000000) * max_power_w / 3.6e9 AS next_possible_wh
  FROM `wattlake.intervals`
),

-- A run is a row of readings with the same power and the same counters to the last digit, as long as its counters show: from
-- the first to the last of its readings that has one.
states AS (
  SELECT
    *,
    NOT starts_before_day AND IFNULL(power_w = previous_power_w, FALSE)
      AND IFNULL(import_counter_wh = previous_import_counter_wh, import_counter_wh IS NULL)
      AND IFNULL(export_counter_wh = previous_export_counter_wh, export_counter_wh IS NULL) AS continues_run,
    NOT follows_day AND IFNULL(power_w = next_power_w, FALSE)
      AND IFNULL(import_counter_wh = next_import_counter_wh, TRUE)
      AND IFNULL(export_counter_wh = next_export_counter_wh, TRUE) AS is_continued,
    IF(has_counter, start_us, IFNULL(next_counter_us, start_us)) AS first_counter_us,
    IF(has_counter, start_us, IFNULL(previous_counter_us, start_us)) AS last_counter_us
  FROM steps
),

-- Knots are the slot's last reading with a counter, those of a run before its last, both ends of an odd step, and the readings
-- on both sides of each end of the day. A copy of a reading has no length.
knots AS (
  SELECT
    *,
    starts_before_day OR starts_day OR ends_after_day OR follows_day
      OR has_counter AND IFNULL(next_counter_us >= (slot + 1) * 900000000, TRUE)
      OR has_counter AND is_continued AND power_w <> 0 AND length_us > 0
      OR has_counter AND (
        import_fall_to_wh IS NOT NULL OR export_fall_to_wh IS NOT NULL
          OR breaks_import OR breaks_export
          OR IFNULL(import_counter_wh - previous_import_counter_wh > possible_wh, FALSE)
          OR IFNULL(export_counter_wh - previous_export_counter_wh > possible_wh, FALSE)
          OR IFNULL(next_import_counter_wh - import_counter_wh > next_possible_wh, FALSE)
          OR IFNULL(next_export_counter_wh - export_counter_wh > next_possible_wh, FALSE)
      ) AS is_knot
  FROM states
),

numbered AS (
  SELECT
    *,
    LAST_VALUE(IF(is_knot, place, NULL) IGNORE NULLS) OVER so_far AS stretch,
    LAST_VALUE(IF(breaks_import, place, NULL) IGNORE NULLS) OVER so_far AS import_break,
    LAST_VALUE(IF(breaks_export, place, NULL) IGNORE NULLS) OVER so_far AS export_break,
    LAST_VALUE(IF(continues_run, NULL, first_counter_us) IGNORE NULLS) OVER so_far AS run_start_us,
    FIRST_VALUE(IF(is_continued, NULL, last_counter_us) IGNORE NULLS) OVER from_here AS run_end_us
  FROM knots
  WINDOW
    w AS (PARTITION BY date, number, site ORDER BY place),
    so_far AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
    from_here AS (w ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
),

-- A counter that should have moved by more than two of its steps until a minute before the end of a run has not been read
-- anew, nor has the power: after the first, the run's readings are no measurements.
runs AS (
  SELECT
    *,
    CASE
      WHEN IFNULL(run_end_us - run_start_us <= 60000000, TRUE) THEN FALSE
      WHEN power_w > 0 THEN power_w * (run_end_us - run_start_us - 60000000) / 3.6e9
        > 2 * IFNULL(`wattlake.counter_step_wh`(import_counter_wh), 1e9)
      ELSE -power_w * (run_end_us - run_start_us - 60000000) / 3.6e9
        > 2 * IFNULL(`wattlake.counter_step_wh`(export_counter_wh), 1e9)
    END AS is_of_repetition
  FROM numbered
),

-- The interval over midnight is told by what both days know of it.
repetitions AS (
  SELECT *, is_of_repetition AND NOT (starts_before_day OR ends_after_day) AS is_repeated
  FROM runs
)

SELECT
  site, date, number, stretch,
  is_knot AND (starts_day OR follows_day OR NOT (is_repeated AND start_us > run_start_us)) AS is_knot,
  CASE
    WHEN is_of_repetition THEN start_us - run_start_us
    WHEN has_counter THEN 0
    ELSE start_us - previous_counter_us
  END AS counter_age_us,
  starts_before_day, ends_after_day, follows_day,
  slot, start_us, end_us, length_us, is_repeated,
  CASE
    WHEN is_repeated AND start_us <= run_start_us AND end_us > run_start_us THEN CAST(run_end_us - run_start_us AS FLOAT64)
    WHEN NOT is_repeated AND start_power_w IS NULL AND length_us > 0 THEN length_us
  END AS gap_us,
  IF(is_repeated, NULL, start_power_w) AS start_power_w,
  IF(is_repeated, NULL, end_power_w) AS end_power_w,
  IF(is_repeated, NULL, slope_w_per_us) AS slope_w_per_us,
  next_power_w,
  import_counter_wh, import_break, import_fall_to_wh,
  export_counter_wh, export_break, export_fall_to_wh
FROM repetitions
