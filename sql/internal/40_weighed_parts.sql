-- weighed_parts: Both witnesses of each span, power and counter, weighed against each other, and what the believed counter says of each part of it.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- number INT64: The channel's number among all channels.
-- is_export BOOL: Whether the row tells of exported energy; otherwise of imported.
-- slot INT64: Slot, as 15-minute periods since 1970 UTC.
-- is_outside BOOL: Whether the part lies outside the day.
-- covered_us FLOAT64: Covered time, microseconds.
-- gap_us FLOAT64: Time in gaps, microseconds.
-- integral_wh FLOAT64: Integral of power in the row's direction, Wh; NULL in a gap.
-- counter_wh FLOAT64: Energy by the counter, Wh; NULL where it says nothing or is not believed.
-- is_disputed BOOL: Whether power covers the part and the counter says something else that is not believed.
-- gaps INT64: Gaps that begin in the part, or with the day.
-- longest_gap_us FLOAT64: The longest of these gaps within the day, microseconds; 0 without one.

WITH spans AS (
  SELECT
    *,
    SUM(step_wh) OVER span AS span_step_wh,
    SUM(integral_wh) OVER span AS span_integral_wh,
    SUM(covered_us) OVER span AS span_covered_us,
    SUM(gap_us) OVER span AS span_gap_us,
    SUM(repeated_us) OVER span AS span_repeated_us,
    SUM(change_wh2) OVER span AS span_change_wh2,
    MAX(longest_covered_us) OVER span AS span_longest_us,
    MAX(peak_w) OVER span AS span_peak_w,
    MAX(late_us) OVER span AS span_late_us,
    MIN(counter_step_wh) OVER span AS span_counter_step_wh
  FROM `wattlake.counter_steps`
  WINDOW span AS (PARTITION BY date, number, is_export, site, lone_knot, segment, shown_uwh)
),

-- What counter and integral may differ by: two steps of the counter; what power does between two samples, in all of them or
-- by chance; a tenth; the power of a minute, or of a tenth of a short span, by which the counter is late. One interval
-- may hide more, a tenth of what the meter's rating allows. A gap may hold all that the rating allows.
bounds AS (
  SELECT
    *,
    2 * span_counter_step_wh
      + 2 * SQRT(span_change_wh2)
      + 0.1 * span_integral_wh
      + span_peak_w * IFNULL(span_late_us, LEAST(6e7, span_covered_us / 10)) / 3.6e9 AS blur_wh,
    0.1 * max_power_w * LEAST(span_covered_us, span_longest_us) / 3.6e9 AS hidden_wh,
    max_power_w * span_gap_us / 3.6e9 AS gap_most_wh
  FROM spans
),

-- Rounded, so that no decision hangs on the last bit.
verdicts AS (
  SELECT
    *,
    is_told
      AND (NOT is_broken OR is_restart AND span_gap_us > 0)
      AND ROUND(span_step_wh - span_integral_wh + blur_wh, 6) >= 0
      AND ROUND(span_step_wh - span_integral_wh - blur_wh - hidden_wh - gap_most_wh, 6) <= 0
      AND NOT (span_repeated_us > 0 AND span_step_wh = 0) AS is_believed
  FROM bounds
)

-- A believed span's energy is spread over its time by the shape of the integral. Where the span holds a gap, covered time keeps
-- its integral and the gap takes the rest, evenly; where the power is too little to be a shape, all of it is spread evenly.
SELECT
  site, date, number, is_export, slot, is_outside, covered_us, gap_us,
  IF(covered_us > 0, integral_wh, NULL) AS integral_wh,
  CASE
    WHEN NOT is_believed THEN NULL
    WHEN span_gap_us > 0 AND span_step_wh >= span_integral_wh
      THEN integral_wh + (span_step_wh - span_integral_wh) * gap_us / span_gap_us
    WHEN span_integral_wh > 0 AND span_step_wh * span_peak_w <= max_power_w * span_integral_wh
      THEN span_step_wh * integral_wh / span_integral_wh
    ELSE span_step_wh * covered_us / span_covered_us
  END AS counter_wh,
  covered_us > 0 AND is_told AND NOT is_believed AS is_disputed,
  gaps, longest_gap_us
FROM verdicts
