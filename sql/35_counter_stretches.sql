-- counter_stretches: The stretches of time between counter readings, cut at slot edges, for import and export apart, with the energy that the cleaned counter shows from knot to knot.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- slot INT64: Slot, as 15-minute periods since 1970 UTC.
-- in_day BOOL: False for time outside the day, which only takes its share of the energy.
-- direction STRING: import or export.
-- part INT64: As in slot_parts; spans are numbered in each part.
-- span INT64: Number of the span, from one knot of the counter to the next, that the stretch lies in.
-- integral_wh FLOAT64: Integral of power over the stretch, Wh; 0 without cover.
-- covered_us INT64: Covered time, microseconds.
-- gap_us INT64: Time in gaps, microseconds.
-- gaps INT64: Gaps that begin in the stretch's slot, or with the day.
-- is_knot BOOL: Whether the span's step is known from here: it ends here, or is the whole part.
-- step_wh FLOAT64: What the counter shows for the span, Wh, on its last stretch; NULL where the counter cannot tell.
-- is_followed BOOL: Whether the day's last own reading ends the stretch and readings of a later day follow.
-- max_gap_us INT64: A longer time between two readings is a gap, microseconds.

-- Import and export are cleaned alike.
WITH directions AS (
  SELECT
    p.site, p.date, p.device, p.channel, p.part, p.slot, p.in_day, direction, p.gaps, p.is_followed,
    p.before_covered_us, p.before_gap_us, p.after_covered_us, p.after_gap_us, p.span_start_us, p.span_end_us,
    p.counter_us,
    IF(p.counter_us IS NULL, p.slot * 900000000, p.counter_us) AS at_us,
    IF(direction = 'import', p.before_import_wh, p.before_export_wh) AS before_wh,
    IF(direction = 'import', p.after_import_wh, p.after_export_wh) AS after_wh,
    IF(direction = 'import', p.import_counter_wh, p.export_counter_wh) AS counter_wh,
    IF(direction = 'import', p.peak_import_counter_wh, p.peak_export_counter_wh) AS peak_wh,
    p.first_us,
    IF(direction = 'import', p.first_import_counter_wh, p.first_export_counter_wh) AS first_wh,
    IF(direction = 'import', p.span_start_import_counter_wh, p.span_start_export_counter_wh) AS span_start_wh,
    IF(direction = 'import', p.span_end_import_counter_wh, p.span_end_export_counter_wh) AS span_end_wh,
    m.max_power_w,
    CAST(m.max_gap_s * 1e6 AS INT64) AS max_gap_us
  FROM `wattlake.slot_parts` AS p
  JOIN `wattlake.meters` AS m ON m.site = p.site AND m.device = p.device AND m.channel = p.channel,
  UNNEST(['import', 'export']) AS direction
),

readings AS (
  SELECT
    *,
    IF(part = 0, counter_wh, span_start_wh) AS from_wh,
    IF(part = 0, counter_wh, span_end_wh) AS to_wh
  FROM directions
),

-- What the counter reads around each reading, and its quantum: the coarsest step that all readings are multiples of.
around AS (
  SELECT
    *,
    MAX(counter_wh) OVER (w RANGE BETWEEN 3600000000 PRECEDING AND 1 PRECEDING) AS highest_before_wh,
    MAX(counter_wh) OVER (w RANGE BETWEEN 1 FOLLOWING AND 3600000000 FOLLOWING) AS highest_after_wh,
    MAX(first_wh) OVER p AS day_first_wh,
    MAX(first_us) OVER p AS day_first_us,
    MIN(CASE
      WHEN from_wh = 100 * FLOOR(from_wh / 100) AND to_wh = 100 * FLOOR(to_wh / 100) THEN 100.0
      WHEN from_wh = 10 * FLOOR(from_wh / 10) AND to_wh = 10 * FLOOR(to_wh / 10) THEN 10.0
      WHEN from_wh = FLOOR(from_wh) AND to_wh = FLOOR(to_wh) THEN 1.0
      WHEN from_wh IS NOT NULL AND to_wh IS NOT NULL THEN 0.0
    END) OVER p AS quantum_wh
  FROM readings
  WINDOW
    p AS (PARTITION BY site, date, device, channel, direction, part),
    w AS (PARTITION BY site, date, device, channel, direction, part ORDER BY at_us)
),

-- A reading that falls below, or stands out above, those within an hour on both sides is a glitch: no knot.
valid AS (
  SELECT
    *,
    CASE
      WHEN IFNULL(
        highest_before_wh - counter_wh > IF(0.1 * highest_before_wh > 2 * quantum_wh, 0.1 * highest_before_wh, 2 * quantum_wh)
        AND highest_after_wh - counter_wh > IF(0.1 * highest_after_wh > 2 * quantum_wh, 0.1 * highest_after_wh, 2 * quantum_wh),
        FALSE
      ) THEN NULL
      WHEN IFNULL(
        counter_wh - highest_before_wh > IF(0.1 * counter_wh > 2 * quantum_wh, 0.1 * counter_wh, 2 * quantum_wh)
        AND counter_wh - highest_after_wh > IF(0.1 * counter_wh > 2 * quantum_wh, 0.1 * counter_wh, 2 * quantum_wh),
        FALSE
      ) THEN NULL
      ELSE counter_wh
    END AS valid_wh
  FROM around
),

previous AS (
  SELECT
    *,
    MAX(IF(valid_wh IS NULL, NULL, at_us)) OVER p AS last_valid_us,
    IFNULL(LAST_VALUE(valid_wh IGNORE NULLS) OVER earlier, day_first_wh) AS previous_wh,
    IFNULL(LAST_VALUE(IF(valid_wh IS NULL, NULL, at_us) IGNORE NULLS) OVER earlier, day_first_us) AS previous_us
  FROM valid
  WINDOW
    p AS (PARTITION BY site, date, device, channel, direction, part),
    earlier AS (
      PARTITION BY site, date, device, channel, direction, part ORDER BY at_us
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),

-- A fall beyond jitter is a reset, a rise beyond the meter's rating a leap: the counter starts anew from there.
judged AS (
  SELECT
    *,
    max_power_w * IF(part = 0, at_us - previous_us, span_end_us - span_start_us) / 3.6e9 + 2 * quantum_wh AS possible_wh,
    IF(0.1 * span_start_wh > 2 * quantum_wh, 0.1 * span_start_wh, 2 * quantum_wh) AS span_jitter_wh,
    IFNULL(
      previous_wh - valid_wh > IF(0.1 * previous_wh > 2 * quantum_wh, 0.1 * previous_wh, 2 * quantum_wh), FALSE
    ) AS is_reset,
    IFNULL(valid_wh - previous_wh > max_power_w * (at_us - previous_us) / 3.6e9 + 2 * quantum_wh, FALSE) AS is_leap
  FROM previous
),

runs AS (
  SELECT
    *,
    COUNTIF(is_reset OR is_leap) OVER (
      PARTITION BY site, date, device, channel, direction, part ORDER BY at_us
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS run
  FROM judged
),

-- Jitter is held: the counter never falls, and ends where it really ends, so that neighbouring days meet exactly.
bounds AS (
  SELECT
    *,
    MAX(valid_wh) OVER (r ORDER BY at_us ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS highest_wh,
    FIRST_VALUE(valid_wh IGNORE NULLS) OVER (
      r ORDER BY at_us ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS run_first_wh,
    LAST_VALUE(valid_wh IGNORE NULLS) OVER (
      r ORDER BY at_us ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS run_last_wh
  FROM runs
  WINDOW r AS (PARTITION BY site, date, device, channel, direction, part, run)
),

floors AS (
  SELECT
    *,
    IF(run = 0, IFNULL(day_first_wh, run_first_wh), run_first_wh) AS floor_wh,
    IF(highest_wh < run_last_wh, highest_wh, run_last_wh) AS lowered_wh
  FROM bounds
),

held AS (
  SELECT
    *,
    CASE
      WHEN valid_wh IS NULL THEN NULL
      WHEN lowered_wh < floor_wh THEN floor_wh
      ELSE lowered_wh
    END AS held_wh
  FROM floors
),

risen AS (
  SELECT
    *,
    IFNULL(
      LAST_VALUE(held_wh IGNORE NULLS) OVER (
        PARTITION BY site, date, device, channel, direction, part ORDER BY at_us
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ),
      day_first_wh
    ) AS previous_held_wh
  FROM held
),

-- After a reset the counter shows its new value, and what it had gained until then in the slot of the reset.
steps AS (
  SELECT
    *,
    CASE
      WHEN part > 0 AND span_end_wh - span_start_wh > possible_wh THEN NULL
      WHEN part > 0 AND span_end_wh >= span_start_wh THEN span_end_wh - span_start_wh
      WHEN part > 0 AND span_start_wh - span_end_wh <= span_jitter_wh THEN 0.0
      WHEN part > 0 AND span_end_wh <= possible_wh THEN span_end_wh
      WHEN part > 0 OR is_leap THEN NULL
      WHEN NOT is_reset THEN held_wh - previous_held_wh
      WHEN valid_wh + IF(peak_wh > previous_held_wh, peak_wh - previous_held_wh, 0) <= possible_wh
        THEN valid_wh + IF(peak_wh > previous_held_wh, peak_wh - previous_held_wh, 0)
      WHEN valid_wh <= possible_wh THEN valid_wh
    END AS step_wh
  FROM risen
),

knots AS (
  SELECT
    *,
    part = 0 AND valid_wh IS NOT NULL AND (step_wh IS NULL OR step_wh > 0 OR at_us = last_valid_us) AS is_knot
  FROM steps
),

numbered AS (
  SELECT
    *,
    COUNTIF(is_knot) OVER (
      PARTITION BY site, date, device, channel, direction, part ORDER BY slot
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS knots_so_far
  FROM knots
)

SELECT
  site, date, device, channel, slot, in_day, direction, part,
  IF(half = 'before' AND is_knot, knots_so_far - 1, knots_so_far) AS span,
  IF(half = 'before', before_wh, after_wh) AS integral_wh,
  IF(half = 'before', before_covered_us, after_covered_us) AS covered_us,
  IF(half = 'before', before_gap_us, after_gap_us) AS gap_us,
  IF(half = 'before', gaps, 0) AS gaps,
  half = 'before' AND (is_knot OR part > 0) AS is_knot,
  IF(half = 'before', step_wh, NULL) AS step_wh,
  half = 'after' AND is_followed AS is_followed,
  max_gap_us
FROM numbered, UNNEST(['before', 'after']) AS half
