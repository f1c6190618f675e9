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

-- A span's energy is spread over its stretches by the integral. Where it holds a gap, covered time keeps its integral
-- and the gap takes the rest, evenly; where power was zero or is unknown, all of it is spread evenly.
WITH spans AS (
  SELECT
    site, date, device, channel, slot, in_day, direction, integral_wh, covered_us, gap_us, gaps,
    SUM(integral_wh) OVER s AS span_integral_wh,
    SUM(covered_us) OVER s AS span_covered_us,
    SUM(gap_us) OVER s AS span_gap_us,
    -- After its last counter of the day a meter that goes on has told the rest to the next day.
    IF(
      COUNTIF(is_knot) OVER s > 0,
      MAX(step_wh) OVER s,
      IF(COUNTIF(is_followed) OVER s > 0 AND SUM(covered_us + gap_us) OVER s <= max_gap_us, 0.0, NULL)
    ) AS step_wh
  FROM `wattlake.counter_stretches`
  WINDOW s AS (PARTITION BY site, date, device, channel, direction, part, span)
),

shares AS (
  SELECT
    *,
    CASE
      WHEN span_integral_wh <= 0 THEN 0.0
      WHEN span_gap_us > 0 AND span_integral_wh < step_wh THEN 1.0
      ELSE step_wh / span_integral_wh
    END AS scale,
    CASE
      WHEN span_integral_wh <= 0 THEN step_wh
      WHEN span_gap_us > 0 AND span_integral_wh < step_wh THEN step_wh - span_integral_wh
      ELSE 0.0
    END AS even_wh,
    IF(span_gap_us > 0, gap_us / span_gap_us, SAFE_DIVIDE(covered_us, span_covered_us)) AS even_share
  FROM spans
  WHERE covered_us + gap_us > 0
),

told AS (
  SELECT
    site, date, device, channel, slot, direction, covered_us, gap_us, gaps,
    IF(covered_us > 0, integral_wh, NULL) AS integral_wh,
    IF(step_wh IS NULL, NULL, integral_wh * scale + even_wh * even_share) AS counter_wh
  FROM shares
  WHERE in_day
),

totals AS (
  SELECT
    site, date, device, channel, slot,
    SUM(IF(direction = 'import', integral_wh, NULL)) AS integral_import_wh,
    SUM(IF(direction = 'export', integral_wh, NULL)) AS integral_export_wh,
    SUM(IF(direction = 'import', counter_wh, NULL)) AS counter_import_wh,
    SUM(IF(direction = 'export', counter_wh, NULL)) AS counter_export_wh,
    SUM(IF(direction = 'import', IFNULL(counter_wh, integral_wh), NULL)) AS import_wh,
    SUM(IF(direction = 'export', IFNULL(counter_wh, integral_wh), NULL)) AS export_wh,
    SUM(IF(direction = 'import', covered_us, 0)) AS covered_us,
    SUM(IF(direction = 'import', gap_us, 0)) AS gap_us,
    SUM(IF(direction = 'import' AND counter_wh IS NOT NULL, gap_us, 0)) AS import_filled_us,
    SUM(IF(direction = 'export' AND counter_wh IS NOT NULL, gap_us, 0)) AS export_filled_us,
    SUM(IF(direction = 'import' AND counter_wh IS NOT NULL, covered_us + gap_us, 0)) AS import_counter_us,
    SUM(IF(direction = 'export' AND counter_wh IS NOT NULL, covered_us + gap_us, 0)) AS export_counter_us,
    SUM(IF(direction = 'import', gaps, 0)) AS gaps
  FROM told
  GROUP BY site, date, device, channel, slot
)

SELECT
  site, date, device, channel,
  TIMESTAMP_MICROS(slot * 900000000) AS slot_start,
  integral_import_wh, integral_export_wh, counter_import_wh, counter_export_wh, import_wh, export_wh,
  covered_us / 1e6 AS covered_s,
  gap_us / 1e6 AS gap_s,
  IF(import_filled_us > export_filled_us, import_filled_us, export_filled_us) / 1e6 AS filled_s,
  IF(import_counter_us > export_counter_us, import_counter_us, export_counter_us) / 1e6 AS counter_s,
  gaps
FROM totals
