-- counter_steps: What the counter says of each stretch between two knots, import and export apart, and the span of stretches that it says it of: the time until the counter has moved. Rows are the parts of the slots.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- number INT64: The channel's number among all channels.
-- is_export BOOL: Whether the row tells of exported energy; otherwise of imported.
-- slot INT64: Slot, as 15-minute periods since 1970 UTC.
-- is_outside BOOL: Whether the part lies outside the day.
-- lone_stretch INT64: Number of a stretch that is a span of its own; NULL for those that go on until the counter has moved.
-- shown_uwh INT64: What the counter, cleaned, shows at the span's start, microwatt-hours since the day's start.
-- is_known BOOL: Whether the counter says anything of the stretch.
-- is_broken BOOL: Whether the counter falls in the stretch.
-- step_wh FLOAT64: What the counter says of the stretch, in its first part, Wh; 0 in the others.
-- late_us INT64: How long the counter may be behind what it shows at the ends of the stretch, microseconds; NULL where nothing special is known.
-- integral_wh FLOAT64: Integral of power in the row's direction, Wh; 0 in a gap.
-- covered_us FLOAT64: Covered time, microseconds.
-- gap_us FLOAT64: Time in gaps, microseconds.
-- repeated_us FLOAT64: Of it the time of repeated messages, microseconds.
-- change_wh FLOAT64: What it would change in each interval to count with the power at its end, added up regardless of sign, Wh.
-- change_wh2 FLOAT64: The squares of these changes, added up, Wh squared.
-- longest_covered_us FLOAT64: The longest covered interval, microseconds.
-- peak_w FLOAT64: Highest power in the row's direction, W.
-- jitter_wh FLOAT64: Two steps of the counter, Wh.
-- max_power_w FLOAT64: Power above which nothing is believed, W.
-- gaps INT64: Gaps that begin in the part, or with the day.
-- longest_gap_us FLOAT64: The longest of these gaps within the day, microseconds; 0 without one.

-- Counters become whole microwatt-hours: their sums and differences are exact.
WITH directions AS (
  SELECT
    p.site, p.date, p.number, is_export, p.stretch, p.slot, p.is_outside, p.is_start, p.start_us, p.has_counter,
    p.starts_before_day OR p.ends_after_day AS is_over_midnight,
    p.ends_after_day, p.counter_step_wh, p.max_gap_us, p.max_power_w, p.gaps, p.longest_gap_us,
    p.covered_us, p.gap_us, p.repeated_us, p.longest_covered_us,
    CAST(ROUND(IF(is_export, p.export_counter_wh, p.import_counter_wh) * 1e6) AS INT64) AS counter_uwh,
    IF(is_export, p.export_wh, p.import_wh) AS integral_wh,
    IF(is_export, p.export_change_wh, p.import_change_wh) AS change_wh,
    IF(is_export, p.export_change_wh2, p.import_change_wh2) AS change_wh2,
    IF(is_export, p.peak_export_w, p.peak_import_w) AS peak_w
  FROM `wattlake.slot_parts` AS p, UNNEST([FALSE, TRUE]) AS is_export
),

knots AS (
  SELECT
    *,
    MAX(counter_uwh) OVER this_stretch AS start_uwh,
    MAX(counter_uwh) OVER next_stretch AS end_uwh,
    MIN(start_us) OVER this_stretch AS stretch_start_us,
    MIN(start_us) OVER next_stretch AS stretch_end_us,
    COUNTIF(has_counter) OVER this_stretch > 0 AS start_has_counter,
    COUNTIF(has_counter) OVER next_stretch > 0 AS end_has_counter,
    SUM(gap_us) OVER this_stretch AS stretch_gap_us
  FROM directions
  WINDOW
    w AS (PARTITION BY date, number, is_export, site ORDER BY stretch),
    this_stretch AS (w RANGE BETWEEN CURRENT ROW AND CURRENT ROW),
    next_stretch AS (w RANGE BETWEEN 1 FOLLOWING AND 1 FOLLOWING)
),

-- Two steps of the counter are jitter. Over midnight the two counters alone decide, so that both days decide alike.
jitters AS (
  SELECT
    *,
    end_uwh - start_uwh AS rise_uwh,
    2e6 * IF(
      is_over_midnight,
      LEAST(`wattlake.counter_step_wh`(start_uwh / 1e6), `wattlake.counter_step_wh`(end_uwh / 1e6)),
      counter_step_wh
    ) AS jitter_uwh
  FROM knots
),

-- A fall beyond jitter is a break: the counter goes on from its new value, and what it had shown until then still counts.
-- A reading at the day's end without a counter of its own: the next day's first counter tells what was before it, unless that
-- is longer than a gap.
breaks AS (
  SELECT
    *,
    IFNULL(rise_uwh < -jitter_uwh, FALSE) AS is_broken,
    IFNULL(is_over_midnight OR end_has_counter OR stretch_end_us - stretch_start_us <= max_gap_us, FALSE)
      AND rise_uwh IS NOT NULL AS is_told
  FROM jitters
),

-- The counter without its breaks, since the day's start.
joined AS (
  SELECT
    *,
    is_over_midnight OR is_broken OR NOT is_told AS is_alone,
    SUM(IF(is_start AND is_told AND NOT is_broken, rise_uwh, 0)) OVER earlier AS start_joined_uwh,
    SUM(IF(is_start AND is_told AND NOT is_broken, rise_uwh, 0)) OVER so_far AS end_joined_uwh,
    SUM(IF(is_start AND is_told AND NOT is_broken AND NOT ends_after_day, rise_uwh, 0)) OVER p AS last_joined_uwh
  FROM breaks
  WINDOW
    w AS (PARTITION BY date, number, is_export, site ORDER BY stretch),
    p AS (w RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING),
    so_far AS (w RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
    earlier AS (w RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),

-- Jitter is held: the cleaned counter is the highest so far. It ends where the counter ends, so neighbouring days meet.
highest AS (
  SELECT
    *,
    MAX(IFNULL(start_joined_uwh, 0)) OVER so_far AS start_highest_uwh,
    MAX(end_joined_uwh) OVER so_far AS end_highest_uwh
  FROM joined
  WINDOW so_far AS (
    PARTITION BY date, number, is_export, site ORDER BY stretch RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  )
),

cleaned AS (
  SELECT
    *,
    LEAST(start_highest_uwh, last_joined_uwh) AS start_clean_uwh,
    LEAST(GREATEST(start_highest_uwh, end_highest_uwh), last_joined_uwh) AS end_clean_uwh
  FROM highest
)

-- Without power over a break, a restart from zero is the only reading of a fall that adds energy: what the counter shows then
-- has flowed since. A counter that keeps more than half of its value has rather been rolled back.
SELECT
  site, date, number, is_export, slot, is_outside,
  IF(is_alone, stretch, NULL) AS lone_stretch,
  IF(is_alone, NULL, start_clean_uwh) AS shown_uwh,
  is_told AND (NOT is_broken OR stretch_gap_us > 0 AND 2 * end_uwh <= start_uwh) AS is_known,
  is_broken,
  CASE
    WHEN NOT is_start OR NOT is_told THEN 0.0
    WHEN is_broken THEN end_uwh / 1e6
    WHEN is_over_midnight THEN GREATEST(rise_uwh, 0) / 1e6
    ELSE (end_clean_uwh - start_clean_uwh) / 1e6
  END AS step_wh,
  CASE
    WHEN is_over_midnight THEN 60000000
    WHEN NOT end_has_counter THEN max_gap_us
    WHEN NOT start_has_counter THEN 60000000
  END AS late_us,
  integral_wh, covered_us, gap_us, repeated_us, change_wh, change_wh2, longest_covered_us, peak_w,
  jitter_uwh / 1e6 AS jitter_wh,
  max_power_w, gaps, longest_gap_us
FROM cleaned
