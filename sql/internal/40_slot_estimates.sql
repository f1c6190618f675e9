-- slot_estimates: Energy per 15-minute slot and channel, by the integral, by the counter and by the best of both.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- slot_start TIMESTAMP: Start of the slot, UTC; slots begin at minute 0, 15, 30 and 45.
-- integral_import_wh FLOAT64: Integral of import over the covered time, Wh; NULL where no time is covered.
-- integral_export_wh FLOAT64: The same of export.
-- counter_import_wh FLOAT64: Import by the counter, Wh; NULL where the counter cannot tell.
-- counter_export_wh FLOAT64: The same of export.
-- import_wh FLOAT64: Import by the counter where it can tell, otherwise by the integral, Wh; NULL where neither can.
-- export_wh FLOAT64: The same of export.
-- covered_s FLOAT64: Time of the slot for which power is known, s.
-- gap_s FLOAT64: Time of the slot that lies in gaps, s. Before a channel's first and after its last reading is neither.
-- filled_s FLOAT64: Time in gaps whose energy the counter tells, s.
-- counter_s FLOAT64: Time whose energy the counter tells, s.
-- gaps INT64: Gaps that begin in the slot, or with the day.
-- longest_gap_s FLOAT64: The longest of these gaps within the day, s; 0 without one.

-- A span goes from one knot to the next, or from the day's start, or to its end. The time before a slot's knot ends one
-- span, the time after it begins the next.
WITH neighbours AS (
  SELECT
    *,
    IFNULL(LAST_VALUE(IF(is_knot, so_far_nwh, NULL) IGNORE NULLS) OVER earlier, 0) AS previous_nwh,
    IFNULL(LAST_VALUE(IF(is_knot, so_far_covered_us, NULL) IGNORE NULLS) OVER earlier, 0) AS previous_covered_us,
    IFNULL(LAST_VALUE(IF(is_knot, so_far_gap_us, NULL) IGNORE NULLS) OVER earlier, 0) AS previous_gap_us,
    IFNULL(
      FIRST_VALUE(IF(is_knot, so_far_nwh, NULL) IGNORE NULLS) OVER later, LAST_VALUE(so_far_nwh + after_nwh) OVER p
    ) AS next_nwh,
    IFNULL(
      FIRST_VALUE(IF(is_knot, so_far_covered_us, NULL) IGNORE NULLS) OVER later,
      LAST_VALUE(so_far_covered_us + after_covered_us) OVER p
    ) AS next_covered_us,
    IFNULL(
      FIRST_VALUE(IF(is_knot, so_far_gap_us, NULL) IGNORE NULLS) OVER later,
      LAST_VALUE(so_far_gap_us + after_gap_us) OVER p
    ) AS next_gap_us,
    FIRST_VALUE(IF(is_knot, IFNULL(step_wh, -1), NULL) IGNORE NULLS) OVER later AS next_step_wh,
    MAX(part) OVER p = 2 AS is_day_followed
  FROM `wattlake.counter_steps`
  WINDOW
    w AS (PARTITION BY date, number, is_export, site ORDER BY slot, part),
    p AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING),
    earlier AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
    later AS (w ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
),

-- What follows the day's last counter is told to the next day, where there is one and no gap parts them.
spans AS (
  SELECT
    site, date, number, is_export, slot, max_gap_us, longest_gap_us,
    part = 0 AND next_step_wh IS NULL AND (is_after OR NOT is_knot) AS is_rest,
    IF(is_after = (after_covered_us + after_gap_us > 0), gaps, 0) AS gaps,
    IF(is_after, after_nwh, before_nwh) AS nwh,
    IF(is_after, after_covered_us, before_covered_us) AS covered_us,
    IF(is_after, after_gap_us, before_gap_us) AS gap_us,
    CASE
      WHEN part > 0 THEN span_nwh
      WHEN NOT is_knot THEN next_nwh - previous_nwh
      WHEN is_after THEN next_nwh - so_far_nwh
      ELSE so_far_nwh - previous_nwh
    END AS span_nwh,
    CASE
      WHEN part > 0 THEN IF(before_covered_us + after_covered_us > 0, span_us, 0)
      WHEN NOT is_knot THEN next_covered_us - previous_covered_us
      WHEN is_after THEN next_covered_us - so_far_covered_us
      ELSE so_far_covered_us - previous_covered_us
    END AS span_covered_us,
    CASE
      WHEN part > 0 THEN IF(before_gap_us + after_gap_us > 0, span_us, 0)
      WHEN NOT is_knot THEN next_gap_us - previous_gap_us
      WHEN is_after THEN next_gap_us - so_far_gap_us
      ELSE so_far_gap_us - previous_gap_us
    END AS span_gap_us,
    CASE
      WHEN part > 0 OR NOT is_after AND is_knot THEN step_wh
      WHEN next_step_wh IS NULL THEN IF(is_day_followed, 0.0, NULL)
      ELSE NULLIF(next_step_wh, -1)
    END AS step_wh
  FROM neighbours, UNNEST([FALSE, TRUE]) AS is_after
),

-- A span's energy is spread over its time by the shape of the integral. Where the span holds a gap, covered time keeps
-- its integral and the gap takes the rest, evenly; where power was zero or is unknown, all of it is spread evenly.
told AS (
  SELECT
    site, date, number, is_export, slot, gaps, longest_gap_us, covered_us, gap_us,
    IF(covered_us > 0, nwh / 1e9, NULL) AS integral_wh,
    CASE
      WHEN step_wh IS NULL OR is_rest AND span_covered_us + span_gap_us > max_gap_us THEN NULL
      WHEN span_gap_us > 0 AND span_nwh <= step_wh * 1e9
        THEN nwh / 1e9 + (step_wh - span_nwh / 1e9) * gap_us / span_gap_us
      WHEN span_nwh > 0 THEN step_wh * nwh / span_nwh
      ELSE step_wh * covered_us / span_covered_us
    END AS counter_wh
  FROM spans
  WHERE covered_us + gap_us > 0
),

totals AS (
  SELECT
    site, date, number, slot,
    SUM(IF(NOT is_export, integral_wh, NULL)) AS integral_import_wh,
    SUM(IF(is_export, integral_wh, NULL)) AS integral_export_wh,
    SUM(IF(NOT is_export, counter_wh, NULL)) AS counter_import_wh,
    SUM(IF(is_export, counter_wh, NULL)) AS counter_export_wh,
    SUM(IF(NOT is_export, IFNULL(counter_wh, integral_wh), NULL)) AS import_wh,
    SUM(IF(is_export, IFNULL(counter_wh, integral_wh), NULL)) AS export_wh,
    SUM(IF(NOT is_export, covered_us, 0)) AS covered_us,
    SUM(IF(NOT is_export, gap_us, 0)) AS gap_us,
    SUM(IF(NOT is_export AND counter_wh IS NOT NULL, gap_us, 0)) AS import_filled_us,
    SUM(IF(is_export AND counter_wh IS NOT NULL, gap_us, 0)) AS export_filled_us,
    SUM(IF(NOT is_export AND counter_wh IS NOT NULL, covered_us + gap_us, 0)) AS import_counter_us,
    SUM(IF(is_export AND counter_wh IS NOT NULL, covered_us + gap_us, 0)) AS export_counter_us,
    SUM(IF(NOT is_export, gaps, 0)) AS gaps,
    MAX(longest_gap_us) AS longest_gap_us
  FROM told
  GROUP BY site, date, number, slot
)

SELECT
  t.site, t.date, c.device, c.channel,
  TIMESTAMP_MICROS(slot * 900000000) AS slot_start,
  integral_import_wh, integral_export_wh, counter_import_wh, counter_export_wh, import_wh, export_wh,
  covered_us / 1e6 AS covered_s,
  gap_us / 1e6 AS gap_s,
  IF(import_filled_us > export_filled_us, import_filled_us, export_filled_us) / 1e6 AS filled_s,
  IF(import_counter_us > export_counter_us, import_counter_us, export_counter_us) / 1e6 AS counter_s,
  gaps,
  longest_gap_us / 1e6 AS longest_gap_s
FROM totals AS t
JOIN `wattlake.channels` AS c ON c.number = t.number
