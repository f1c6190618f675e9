-- counter_steps: What the counter says of each stretch between two knots, import and export apart, and the span of stretches that it says it of: the time until the counter has moved. Rows are the parts of the slots.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- number INT64: The channel's number among all channels.
-- is_export BOOL: Whether the row tells of exported energy; otherwise of imported.
-- slot INT64: Slot, as 15-minute periods since 1970 UTC.
-- is_outside BOOL: Whether the part lies outside the day.
-- lone_knot INT64: The knot of a stretch that is a span of its own; NULL for those that go on until the counter has moved.
-- segment INT64: Place of the reading of the counter's last break; NULL before the first.
-- shown_uwh INT64: What the counter, cleaned, shows at the span's start, microwatt-hours.
-- is_told BOOL: Whether the counter is known at both ends of the stretch.
-- is_broken BOOL: Whether the counter falls in the stretch.
-- is_restart BOOL: Whether it may have started again from zero then.
-- step_wh FLOAT64: What the counter says of the stretch, in its first part, Wh; 0 in the others.
-- late_us INT64: How old the counter may be at an end of the stretch, microseconds; NULL where it is like everywhere.
-- integral_wh FLOAT64: Integral of power in the row's direction, Wh; 0 in a gap.
-- covered_us FLOAT64: Covered time, microseconds.
-- gap_us FLOAT64: Time in gaps, microseconds.
-- repeated_us FLOAT64: Of it the time of repeated messages, microseconds.
-- change_wh2 FLOAT64: What it would change in each interval to count with the power at its end, squared and added up, Wh squared.
-- longest_covered_us FLOAT64: The longest covered interval, microseconds.
-- peak_w FLOAT64: Highest power in the row's direction, W.
-- counter_step_wh FLOAT64: The counter's own step, Wh.
-- max_power_w FLOAT64: Power above which nothing is believed, W.
-- gaps INT64: Gaps that begin in the part, or with the day.
-- longest_gap_us FLOAT64: The longest of these gaps within the day, microseconds; 0 without one.

-- Counters become whole microwatt-hours: they can be compared and told apart exactly.
WITH directions AS (
  SELECT
    p.site, p.date, p.number, is_export, p.stretch, p.slot, p.is_outside, p.is_start, p.counter_age_us,
    p.starts_before_day OR p.ends_after_day AS is_over_midnight,
    p.follows_day, p.max_gap_us, p.max_power_w, p.gaps, p.longest_gap_us,
    p.covered_us, p.gap_us, p.repeated_us, p.longest_covered_us,
    LEAST(
      IFNULL(`wattlake.counter_step_wh`(p.import_counter_wh), 100.0),
      IFNULL(`wattlake.counter_step_wh`(p.export_counter_wh), 100.0)
    ) AS knot_step_wh,
    IF(is_export, p.export_break, p.import_break) AS segment,
    CAST(ROUND(IF(is_export, p.export_counter_wh, p.import_counter_wh) * 1e6) AS INT64) AS counter_uwh,
    CAST(ROUND(IF(is_export, p.export_fall_to_wh, p.import_fall_to_wh) * 1e6) AS INT64) AS fall_to_uwh,
    IF(is_export, p.export_wh, p.import_wh) AS integral_wh,
    IF(is_export, p.export_change_wh2, p.import_change_wh2) AS change_wh2,
    IF(is_export, p.peak_export_w, p.peak_import_w) AS peak_w
  FROM `wattlake.slot_parts` AS p, UNNEST([FALSE, TRUE]) AS is_export
),

-- From break to break. A knot's counter stands in the first part of its stretch.
knots AS (
  SELECT
    *,
    LAST_VALUE(IF(is_start, stretch, NULL) IGNORE NULLS) OVER so_far AS knot,
    LAST_VALUE(counter_uwh IGNORE NULLS) OVER so_far AS start_uwh,
    FIRST_VALUE(counter_uwh IGNORE NULLS) OVER later AS end_uwh,
    FIRST_VALUE(counter_age_us IGNORE NULLS) OVER later AS end_age_us,
    MAX(counter_uwh) OVER so_far AS highest_uwh,
    LAST_VALUE(IF(follows_day, NULL, counter_uwh) IGNORE NULLS) OVER p AS last_uwh,
    MIN(knot_step_wh) OVER p AS segment_step_wh
  FROM directions
  WINDOW
    w AS (PARTITION BY date, number, is_export, site, segment ORDER BY stretch, NOT is_start),
    so_far AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
    later AS (w ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING),
    p AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),

-- Jitter is held: the cleaned counter is the highest so far. It ends where the counter ends, so that neighbouring days meet.
cleaned AS (
  SELECT
    *,
    fall_to_uwh IS NOT NULL AS is_broken,
    IFNULL(fall_to_uwh, end_uwh) - start_uwh AS rise_uwh,
    LEAST(highest_uwh, last_uwh) AS start_clean_uwh,
    LEAST(GREATEST(highest_uwh, end_uwh), last_uwh) AS end_clean_uwh
  FROM knots
),

-- What was not read anew for longer than a gap tells nothing. For a shorter time the next day's first counter tells it.
told AS (
  SELECT
    *,
    IFNULL(rise_uwh IS NOT NULL AND (is_over_midnight OR is_broken OR end_age_us <= max_gap_us), FALSE) AS is_told
  FROM cleaned
),

spans AS (
  SELECT *, is_over_midnight OR is_broken OR NOT is_told AS is_alone FROM told
)

-- Without power over a break, a restart from zero is the only reading of a fall that adds energy: what the counter shows then
-- has flowed since. A counter that keeps more than half of its value has rather been rolled back.
SELECT
  site, date, number, is_export, slot, is_outside,
  IF(is_alone, knot, NULL) AS lone_knot,
  segment,
  IF(is_alone, NULL, start_clean_uwh) AS shown_uwh,
  is_told,
  is_broken,
  is_broken AND 2 * fall_to_uwh <= start_uwh AS is_restart,
  CASE
    WHEN NOT is_start OR NOT is_told THEN 0.0
    WHEN is_broken THEN fall_to_uwh / 1e6
    WHEN is_over_midnight THEN GREATEST(rise_uwh, 0) / 1e6
    ELSE (end_clean_uwh - start_clean_uwh) / 1e6
  END AS step_wh,
  CASE
    WHEN is_over_midnight OR counter_age_us > 0 THEN 60000000
    WHEN end_age_us > 0 THEN end_age_us
  END AS late_us,
  integral_wh, covered_us, gap_us, repeated_us, change_wh2, longest_covered_us, peak_w,
  IF(is_over_midnight, knot_step_wh, segment_step_wh) AS counter_step_wh,
  max_power_w, gaps, longest_gap_us
FROM spans
