-- slot_parts: What of each stretch between two knots lies in each 15-minute slot: integrals, times, counters, and what the sampling leaves open. Covered time, gaps, and intervals that reach beyond a slot are parts of their own.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- number INT64: The channel's number among all channels.
-- stretch INT64: Number of the stretch in the day.
-- slot INT64: Slot, as 15-minute periods since 1970 UTC.
-- is_outside BOOL: Whether the part lies outside the day: what of a stretch is before the day is one part, what is after it another.
-- is_start BOOL: Whether the knot that begins the stretch begins the part.
-- counter_age_us INT64: How long before that knot its counters were read, microseconds; NULL in other parts.
-- starts_before_day BOOL: Whether the stretch goes over the day's start.
-- ends_after_day BOOL: Whether the stretch goes over the day's end.
-- follows_day BOOL: Whether the part is but the first reading after the day.
-- import_counter_wh FLOAT64: Import counter as known at the knot, Wh; NULL in other parts.
-- import_break INT64: Place of the reading at which the import counter has last gone on from a lower value; NULL before the first.
-- import_fall_to_wh FLOAT64: The lower value from which the import counter goes on after the stretch, Wh; NULL where it does not fall.
-- export_counter_wh FLOAT64: The same of the export counter.
-- export_break INT64: The same.
-- export_fall_to_wh FLOAT64: The same.
-- import_wh FLOAT64: Integral of imported power, Wh; 0 in a gap.
-- export_wh FLOAT64: Integral of exported power, Wh; 0 in a gap.
-- covered_us FLOAT64: Covered time, microseconds.
-- gap_us FLOAT64: Time in gaps, microseconds.
-- repeated_us FLOAT64: Of it the time of repeated messages, microseconds.
-- import_change_wh2 FLOAT64: What it would change in each interval to count with the imported power at its end, squared and added up, Wh squared.
-- export_change_wh2 FLOAT64: The same of export.
-- longest_covered_us FLOAT64: The longest covered interval, microseconds.
-- peak_import_w FLOAT64: Highest imported power, W.
-- peak_export_w FLOAT64: Highest exported power, W.
-- gaps INT64: Gaps that begin in the part, or with the day.
-- longest_gap_us FLOAT64: The longest of these gaps within the day, microseconds; 0 without one.
-- max_gap_us INT64: A longer time between two readings is a gap, microseconds.
-- max_power_w FLOAT64: Power above which nothing is believed, W.

WITH changes AS (
  SELECT
    *,
    start_power_w IS NULL AND length_us > 0 AS is_gap,
    DIV(end_us - 1, 900000000) > slot AS reaches_beyond,
    IF(start_power_w > 0 AND length_us > 0, start_power_w, 0) AS imported_w,
    IF(start_power_w < 0 AND length_us > 0, -start_power_w, 0) AS exported_w,
    ABS(IF(next_power_w > 0, next_power_w, 0) - IF(start_power_w > 0, start_power_w, 0)) * length_us / 3.6e9
      AS import_change_wh,
    ABS(IF(next_power_w < 0, next_power_w, 0) - IF(start_power_w < 0, start_power_w, 0)) * length_us / 3.6e9
      AS export_change_wh
  FROM `wattlake.stretches`
),

-- Intervals are added up by the slot they start in. Only the one from the slot's last reading can reach beyond the slot: it
-- stays alone, to be cut at the slot edges.
sums AS (
  SELECT
    site, date, number, stretch, slot, starts_before_day, ends_after_day, follows_day, is_gap, reaches_beyond,
    MIN(start_us) AS start_us,
    MAX(end_us) AS end_us,
    COUNTIF(is_knot) > 0 AS begins_stretch,
    MAX(IF(is_knot, counter_age_us, NULL)) AS counter_age_us,
    MAX(IF(is_knot, import_counter_wh, NULL)) AS import_counter_wh,
    MAX(import_break) AS import_break,
    MAX(import_fall_to_wh) AS import_fall_to_wh,
    MAX(IF(is_knot, export_counter_wh, NULL)) AS export_counter_wh,
    MAX(export_break) AS export_break,
    MAX(export_fall_to_wh) AS export_fall_to_wh,
    COUNT(gap_us) AS gaps,
    MAX(gap_us) AS longest_gap_us,
    SUM(length_us) AS length_us,
    MAX(length_us) AS longest_us,
    SUM(IF(is_repeated, length_us, 0)) AS repeated_us,
    SUM(`wattlake.positive_integral_wh`(start_power_w, end_power_w, length_us)) AS import_wh,
    SUM(`wattlake.positive_integral_wh`(-start_power_w, -end_power_w, length_us)) AS export_wh,
    SUM(import_change_wh * import_change_wh) AS import_change_wh2,
    SUM(export_change_wh * export_change_wh) AS export_change_wh2,
    MAX(imported_w) AS peak_import_w,
    MAX(exported_w) AS peak_export_w,
    ANY_VALUE(start_power_w) AS start_power_w,
    ANY_VALUE(slope_w_per_us) AS slope_w_per_us
  FROM changes
  GROUP BY site, date, number, stretch, slot, starts_before_day, ends_after_day, follows_day, is_gap, reaches_beyond
),

days AS (
  SELECT
    c.number, c.max_gap_us, c.max_power_w, d.date,
    UNIX_MICROS(d.day_start) AS day_start_us,
    UNIX_MICROS(d.day_end) AS day_end_us,
    DIV(UNIX_MICROS(d.day_start), 900000000) AS first_slot,
    DIV(UNIX_MICROS(d.day_end), 900000000) AS end_slot
  FROM `wattlake.channels` AS c
  JOIN `wattlake.site_days` AS d ON d.site = c.site
),

-- A local day begins and ends on slot edges. The slot before it and the slot after it stand for all the time there.
reaches AS (
  SELECT
    s.*, d.max_gap_us, d.max_power_w, d.day_start_us, d.day_end_us, d.first_slot, d.end_slot,
    IF(s.slot < d.first_slot, d.first_slot - 1, s.slot) AS begin_slot,
    CASE
      WHEN NOT s.reaches_beyond THEN IF(s.slot < d.first_slot, d.first_slot - 1, s.slot)
      WHEN DIV(s.end_us - 1, 900000000) < d.end_slot THEN DIV(s.end_us - 1, 900000000)
      ELSE d.end_slot
    END AS last_slot
  FROM sums AS s
  JOIN days AS d ON d.number = s.number AND d.date = s.date
),

pieces AS (
  SELECT
    r.*, piece_slot,
    piece_slot = r.begin_slot AS is_begin,
    piece_slot = IF(r.begin_slot < r.first_slot, r.first_slot, r.begin_slot) AS is_begin_in_day,
    piece_slot < r.first_slot OR piece_slot >= r.end_slot AS is_outside,
    IF(piece_slot = r.begin_slot, r.start_us, piece_slot * 900000000) AS piece_start_us,
    IF(piece_slot = r.last_slot, r.end_us, (piece_slot + 1) * 900000000) AS piece_end_us
  FROM reaches AS r, UNNEST(GENERATE_ARRAY(r.begin_slot, r.last_slot)) AS piece_slot
),

powers AS (
  SELECT
    *,
    IF(reaches_beyond, CAST(piece_end_us - piece_start_us AS FLOAT64), length_us) AS piece_us,
    start_power_w + slope_w_per_us * (piece_start_us - start_us) AS piece_start_w,
    start_power_w + slope_w_per_us * (piece_end_us - start_us) AS piece_end_w
  FROM pieces
)

SELECT
  site, date, number, stretch,
  piece_slot AS slot,
  is_outside,
  begins_stretch AND is_begin AS is_start,
  IF(is_begin, counter_age_us, NULL) AS counter_age_us,
  starts_before_day, ends_after_day, follows_day,
  IF(is_begin, import_counter_wh, NULL) AS import_counter_wh,
  import_break, import_fall_to_wh,
  IF(is_begin, export_counter_wh, NULL) AS export_counter_wh,
  export_break, export_fall_to_wh,
  IFNULL(IF(reaches_beyond, `wattlake.positive_integral_wh`(piece_start_w, piece_end_w, piece_us), import_wh), 0) AS import_wh,
  IFNULL(IF(reaches_beyond, `wattlake.positive_integral_wh`(-piece_start_w, -piece_end_w, piece_us), export_wh), 0)
    AS export_wh,
  IF(is_gap, 0, piece_us) AS covered_us,
  IF(is_gap, piece_us, 0) AS gap_us,
  IF(reaches_beyond, IF(repeated_us > 0, piece_us, 0), repeated_us) AS repeated_us,
  IF(is_begin, import_change_wh2, 0) AS import_change_wh2,
  IF(is_begin, export_change_wh2, 0) AS export_change_wh2,
  IF(is_gap, 0, longest_us) AS longest_covered_us,
  peak_import_w, peak_export_w,
  IF(is_begin_in_day, gaps, 0) AS gaps,
  CASE
    WHEN NOT is_begin_in_day OR gaps = 0 THEN 0
    WHEN reaches_beyond THEN CAST(IF(end_us < day_end_us, end_us, day_end_us) - IF(start_us > day_start_us, start_us, day_start_us) AS FLOAT64)
    ELSE longest_gap_us
  END AS longest_gap_us,
  max_gap_us, max_power_w
FROM powers
