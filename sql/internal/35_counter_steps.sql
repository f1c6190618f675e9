-- counter_steps: The slots of slot_parts, import and export apart, with what the counter means: knots, where the cleaned counter has moved, and the energy since the knot before.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- number INT64: The channel's number among all channels.
-- is_export BOOL: Whether the row tells of exported energy; otherwise of imported.
-- part INT64: As in slot_parts.
-- slot INT64: Slot, as 15-minute periods since 1970 UTC.
-- before_nwh FLOAT64: Integral up to the slot's last reading with a counter, nWh.
-- before_covered_us FLOAT64: Covered time up to there, microseconds.
-- before_gap_us FLOAT64: Time in gaps up to there, microseconds.
-- after_nwh FLOAT64: Integral after that reading, nWh.
-- after_covered_us FLOAT64: Covered time after that reading, microseconds.
-- after_gap_us FLOAT64: Time in gaps after that reading, microseconds.
-- so_far_nwh FLOAT64: Integral of part 0 up to the slot's last reading with a counter, nWh.
-- so_far_covered_us FLOAT64: Covered time of part 0 up to there, microseconds.
-- so_far_gap_us FLOAT64: Time of part 0 in gaps up to there, microseconds.
-- span_nwh FLOAT64: In parts 1 and 2 the integral over the whole interval, nWh.
-- span_us INT64: In parts 1 and 2 the length of the whole interval, microseconds.
-- is_knot BOOL: Whether the counter has moved, or is the day's last.
-- step_wh FLOAT64: Energy by the counter since the knot before, Wh; in parts 1 and 2 that of the whole interval. NULL where it cannot tell.
-- gaps INT64: Gaps that begin in the slot, or with the day.
-- longest_gap_us FLOAT64: The longest of these gaps within the day, microseconds; 0 without one.
-- max_gap_us INT64: A longer time between two readings is a gap, microseconds.

-- Integrals become whole nanowatt-hours, which FLOAT64 holds exactly up to 9 MWh: differences of their running sums do not
-- depend on the order of summing.
WITH directions AS (
  SELECT
    p.site, p.date, p.number, is_export, p.part, p.slot, p.gaps, p.longest_gap_us, p.counter_us, p.first_us,
    p.before_covered_us, p.before_gap_us, p.after_covered_us, p.after_gap_us,
    ROUND(IF(is_export, p.before_export_wh, p.before_import_wh) * 1e9) AS before_nwh,
    ROUND(IF(is_export, p.after_export_wh, p.after_import_wh) * 1e9) AS after_nwh,
    ROUND(IF(is_export, p.span_export_wh, p.span_import_wh) * 1e9) AS span_nwh,
    IF(is_export, p.export_counter_wh, p.import_counter_wh) AS counter_wh,
    IF(is_export, p.peak_export_counter_wh, p.peak_import_counter_wh) AS peak_wh,
    IF(is_export, p.first_export_counter_wh, p.first_import_counter_wh) AS first_wh,
    p.max_power_w / 3.6e9 AS max_wh_per_us,
    p.max_gap_us
  FROM `wattlake.slot_parts` AS p, UNNEST([FALSE, TRUE]) AS is_export
),

-- Parts 1 and 2 tell of an interval, not of the day. The day's first reading can show more than its slot's last one.
-- The quantum is the coarsest step that all of the day's counters are multiples of; two of them are jitter.
grains AS (
  SELECT
    *,
    IF(part = 0, counter_wh, NULL) AS own_wh,
    IF(part > 0, NULL, IF(first_wh > counter_wh, first_wh, IFNULL(counter_wh, first_wh))) AS top_wh,
    2 * CASE
      WHEN counter_wh = 100 * FLOOR(counter_wh / 100) THEN 100.0
      WHEN counter_wh = 10 * FLOOR(counter_wh / 10) THEN 10.0
      WHEN counter_wh = FLOOR(counter_wh) THEN 1.0
      WHEN counter_wh IS NOT NULL THEN 0.0
    END AS quanta_wh
  FROM directions
),

ranges AS (
  SELECT
    *,
    SUM(IF(part = 0, before_nwh + after_nwh, 0)) OVER so_far - after_nwh AS so_far_nwh,
    SUM(IF(part = 0, before_covered_us + after_covered_us, 0)) OVER so_far - after_covered_us AS so_far_covered_us,
    SUM(IF(part = 0, before_gap_us + after_gap_us, 0)) OVER so_far - after_gap_us AS so_far_gap_us,
    IF(part = 0, MIN(IF(part = 0, quanta_wh, NULL)) OVER p, quanta_wh) AS jitter_wh,
    MAX(IF(part = 0, first_wh, NULL)) OVER p AS day_first_wh,
    MAX(IF(part = 0, first_us, NULL)) OVER p AS day_first_us,
    LAST_VALUE(own_wh IGNORE NULLS) OVER p AS day_last_wh,
    MAX(IF(own_wh IS NULL, NULL, slot)) OVER p AS last_slot,
    MAX(top_wh) OVER p AS day_highest_wh,
    IFNULL(MAX(top_wh) OVER earlier, IF(part = 0, first_wh, NULL)) AS previous_highest_wh,
    MAX(own_wh) OVER ahead AS coming_wh,
    MIN(own_wh) OVER ahead AS lowest_coming_wh,
    LAST_VALUE(own_wh IGNORE NULLS) OVER earlier AS previous_wh,
    LAST_VALUE(IF(own_wh IS NULL, NULL, counter_us) IGNORE NULLS) OVER earlier AS previous_us
  FROM grains
  WINDOW
    w AS (PARTITION BY date, number, is_export, site ORDER BY slot, part),
    p AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING),
    so_far AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
    earlier AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
    ahead AS (w ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
),

highest AS (
  SELECT
    *,
    IF(day_first_wh > day_last_wh, day_first_wh, day_last_wh) AS last_wh,
    IFNULL(IF(own_wh > previous_highest_wh, own_wh, previous_highest_wh), own_wh) AS highest_wh,
    IF(previous_wh > coming_wh, previous_wh, coming_wh) AS previous_coming_wh,
    IF(previous_wh < lowest_coming_wh, previous_wh, lowest_coming_wh) AS previous_lowest_coming_wh,
    jitter_wh
      + max_wh_per_us * (counter_us - IF(part = 0, IFNULL(previous_us, day_first_us), first_us)) AS possible_wh
  FROM ranges
),

-- A fall counts when it is more than jitter and more than a tenth. A counter that stays below what it was has been reset.
-- One that comes back before the day ends had a glitch: it is held.
resets AS (
  SELECT
    *,
    coming_wh < highest_wh - jitter_wh AND coming_wh < 0.9 * highest_wh AS is_reset,
    previous_wh IS NOT NULL
      AND previous_coming_wh < previous_highest_wh - jitter_wh
      AND previous_coming_wh < 0.9 * previous_highest_wh AS was_reset,
    day_last_wh < day_highest_wh - jitter_wh AND day_last_wh < 0.9 * day_highest_wh AS is_reset_later,
    lowest_coming_wh + IF(peak_wh > previous_highest_wh, peak_wh - previous_highest_wh, 0) AS gained_wh
  FROM highest
),

-- Jitter is held: the cleaned counter never falls. It ends where the counter ends, so that neighbouring days meet exactly.
-- After a reset the counter shows what it has gained since, and its peak what it had gained in the slot until then.
rises AS (
  SELECT
    *,
    CASE
      WHEN part > 0 AND counter_wh >= first_wh THEN counter_wh - first_wh
      WHEN part > 0 AND (counter_wh >= first_wh - jitter_wh OR counter_wh >= 0.9 * first_wh) THEN 0.0
      WHEN part > 0 THEN counter_wh
      WHEN is_reset AND was_reset THEN lowest_coming_wh - previous_lowest_coming_wh
      WHEN is_reset AND gained_wh <= possible_wh THEN gained_wh
      WHEN is_reset THEN lowest_coming_wh
      WHEN is_reset_later THEN highest_wh - previous_highest_wh
      ELSE IF(last_wh < highest_wh, last_wh, highest_wh) - IF(last_wh < previous_highest_wh, last_wh, previous_highest_wh)
    END AS rise_wh
  FROM resets
)

-- A rise that the meter's rating does not allow tells nothing; the counter goes on from there.
SELECT
  site, date, number, is_export, part, slot,
  before_nwh, before_covered_us, before_gap_us, after_nwh, after_covered_us, after_gap_us,
  so_far_nwh, so_far_covered_us, so_far_gap_us, span_nwh,
  IF(part = 0, NULL, counter_us - first_us) AS span_us,
  own_wh IS NOT NULL
    AND (rise_wh > 0 OR rise_wh IS NULL OR possible_wh IS NULL OR slot = last_slot) AS is_knot,
  IF(rise_wh <= possible_wh, rise_wh, NULL) AS step_wh,
  gaps, longest_gap_us, max_gap_us
FROM rises
