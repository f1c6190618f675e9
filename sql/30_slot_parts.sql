-- slot_parts: Integrals, gaps and counters of each 15-minute slot, the intervals across the ends of the day apart. What counters mean is decided from these rows.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- number INT64: The channel's number among all channels.
-- part INT64: 0: intervals between the day's own readings; 1: the interval that ends at its first reading; 2: the one that starts at its last.
-- slot INT64: Slot, as 15-minute periods since 1970 UTC.
-- in_day BOOL: False for a row of part 1 or 2 that stands for the interval's time outside the day.
-- before_import_wh FLOAT64: Integral of import up to the slot's last reading with a counter, Wh; 0 without cover.
-- before_export_wh FLOAT64: The same of export.
-- before_covered_us FLOAT64: Covered time of that stretch, microseconds.
-- before_gap_us FLOAT64: Time of that stretch in gaps, microseconds.
-- after_import_wh FLOAT64: Integral of import after the slot's last reading with a counter, Wh; 0 without cover.
-- after_export_wh FLOAT64: The same of export.
-- after_covered_us FLOAT64: Covered time of that stretch, microseconds.
-- after_gap_us FLOAT64: Time of that stretch in gaps, microseconds.
-- gaps INT64: Gaps that begin in the slot, or with the day.
-- longest_gap_us FLOAT64: The longest of these gaps within the day, microseconds; 0 without one.
-- counter_us INT64: The slot's last reading with a counter, microseconds since 1970 UTC; NULL where it has none.
-- import_counter_wh FLOAT64: Import counter there, as far as the next reading confirms it, Wh.
-- export_counter_wh FLOAT64: Export counter there, as far as the next reading confirms it, Wh.
-- peak_import_counter_wh FLOAT64: Highest import counter in the slot, Wh.
-- peak_export_counter_wh FLOAT64: Highest export counter in the slot, Wh.
-- first_us INT64: The day's first reading, in its slot only.
-- first_import_counter_wh FLOAT64: Import counter as known at the day's first reading, Wh.
-- first_export_counter_wh FLOAT64: Export counter as known at the day's first reading, Wh.
-- is_followed BOOL: In part 0 whether this is the day's last slot and readings of a later day follow.
-- span_start_us INT64: In parts 1 and 2 the reading at the start of the interval.
-- span_end_us INT64: In parts 1 and 2 the reading at the end of the interval.
-- span_start_import_counter_wh FLOAT64: In parts 1 and 2 the import counter as known at the start of the interval, Wh.
-- span_start_export_counter_wh FLOAT64: In parts 1 and 2 the export counter as known at the start of the interval, Wh.
-- span_end_import_counter_wh FLOAT64: In parts 1 and 2 the import counter as known at the end of the interval, Wh.
-- span_end_export_counter_wh FLOAT64: In parts 1 and 2 the export counter as known at the end of the interval, Wh.

-- Intervals are added up by the slot they start in. Only the last of them can reach beyond that slot or the day: it is
-- set aside and cut at the slot edges, so that making lists stays off the common path. So is the one from before the day.
WITH slotted AS (
  SELECT
    *,
    CAST(end_us - start_us AS FLOAT64) AS length_us,
    DIV(start_us, 900000000) AS first_slot,
    DIV(IF(end_us > start_us, end_us - 1, start_us), 900000000) AS last_slot,
    IFNULL(DIV(next_counter_us, 900000000) > DIV(start_us, 900000000), TRUE) AS is_after
  FROM `wattlake.intervals`
),

marked AS (
  SELECT
    *,
    part = 1 AS from_before,
    part = 0 AND first_slot = last_slot AND NOT is_after AS adds_before,
    part = 0 AND first_slot = last_slot AND is_after AS adds_after,
    part > 0 OR first_slot < last_slot AS is_cut,
    part <> 1 AND has_counter AND is_after AS is_knot,
    -- A counter is believed as far as the next reading of the day confirms it.
    IF(part = 0 AND next_import_counter_wh < import_counter_wh, next_import_counter_wh, import_counter_wh)
      AS confirmed_import_wh,
    IF(part = 0 AND next_export_counter_wh < export_counter_wh, next_export_counter_wh, export_counter_wh)
      AS confirmed_export_wh
  FROM slotted
),

starts AS (
  SELECT
    site, date, number, from_before, first_slot,
    MAX(last_slot) AS last_slot,
    SUM(IF(adds_before AND covered, import_wh, 0)) AS before_import_wh,
    SUM(IF(adds_before AND covered, export_wh, 0)) AS before_export_wh,
    SUM(IF(adds_before AND covered, length_us, 0)) AS before_covered_us,
    SUM(IF(adds_before AND NOT covered, length_us, 0)) AS before_gap_us,
    SUM(IF(adds_after AND covered, import_wh, 0)) AS after_import_wh,
    SUM(IF(adds_after AND covered, export_wh, 0)) AS after_export_wh,
    SUM(IF(adds_after AND covered, length_us, 0)) AS after_covered_us,
    SUM(IF(adds_after AND NOT covered, length_us, 0)) AS after_gap_us,
    COUNTIF(NOT covered AND length_us > 0) AS gaps,
    MAX(IF(covered, 0, length_us)) AS longest_gap_us,
    MAX(IF(is_knot, reading_us, NULL)) AS counter_us,
    MAX(IF(is_knot, confirmed_import_wh, NULL)) AS import_counter_wh,
    MAX(IF(is_knot, confirmed_export_wh, NULL)) AS export_counter_wh,
    MAX(IF(from_before, NULL, import_counter_wh)) AS peak_import_counter_wh,
    MAX(IF(from_before, NULL, export_counter_wh)) AS peak_export_counter_wh,
    MAX(IF(is_first, reading_us, NULL)) AS first_us,
    MAX(IF(is_first, import_counter_wh, NULL)) AS first_import_counter_wh,
    MAX(IF(is_first, export_counter_wh, NULL)) AS first_export_counter_wh,
    MAX(part) AS cut_part,
    MAX(IF(is_cut, start_us, NULL)) AS cut_start_us,
    MAX(IF(is_cut, end_us, NULL)) AS cut_end_us,
    MAX(IF(is_cut, reading_us, NULL)) AS cut_reading_us,
    MAX(IF(is_cut, next_reading_us, NULL)) AS cut_next_reading_us,
    MAX(IF(is_cut, start_power_w, NULL)) AS cut_power_w,
    MAX(IF(is_cut, slope_w_per_us, NULL)) AS cut_slope_w_per_us,
    MAX(IF(part > 0, import_counter_wh, NULL)) AS cut_import_counter_wh,
    MAX(IF(part > 0, export_counter_wh, NULL)) AS cut_export_counter_wh,
    MAX(IF(part > 0, IFNULL(next_import_counter_wh, import_counter_wh), NULL)) AS cut_next_import_counter_wh,
    MAX(IF(part > 0, IFNULL(next_export_counter_wh, export_counter_wh), NULL)) AS cut_next_export_counter_wh
  FROM marked
  GROUP BY site, date, number, from_before, first_slot
),

-- An interval across an end of the day also gets its time outside the day, as a slot just before or after its own. One
-- that starts inside the day has no time before it: that place is taken by the sums of its first slot.
reaches AS (
  SELECT
    *,
    IF(cut_part > 0, first_slot - 1, first_slot) AS first_place,
    last_slot - first_slot + IF(cut_part > 0, 2, 0) AS further_places
  FROM starts
),

placed AS (
  SELECT
    *,
    first_place + further AS place,
    further = 0 AND NOT from_before AND cut_part <> 1 AS is_own
  FROM reaches, UNNEST(GENERATE_ARRAY(0, further_places)) AS further
),

pieces AS (
  SELECT
    *,
    CASE
      WHEN place < first_slot THEN cut_reading_us
      WHEN place = first_slot THEN cut_start_us
      WHEN place > last_slot THEN cut_end_us
      ELSE place * 900000000
    END AS piece_start_us,
    CASE
      WHEN place < first_slot THEN cut_start_us
      WHEN place > last_slot THEN cut_next_reading_us
      WHEN place = last_slot THEN cut_end_us
      ELSE (place + 1) * 900000000
    END AS piece_end_us
  FROM placed
),

powers AS (
  SELECT
    *,
    IF(is_own, 0, cut_part) AS part,
    IF(is_own, first_slot, place) AS slot,
    CAST(IFNULL(piece_end_us - piece_start_us, 0) AS FLOAT64) AS piece_us,
    cut_power_w + cut_slope_w_per_us * (piece_start_us - cut_start_us) AS start_power_w,
    cut_power_w + cut_slope_w_per_us * (piece_end_us - cut_start_us) AS end_power_w
  FROM pieces
),

-- In its first slot a cut interval comes after the slot's last counter, in the others before theirs.
energies AS (
  SELECT
    *,
    is_own AND cut_part = 0 AS adds_after,
    start_power_w IS NOT NULL AS covered,
    piece_us / 3.6e9 * CASE
      WHEN start_power_w >= 0 AND end_power_w >= 0 THEN (start_power_w + end_power_w) / 2
      WHEN start_power_w <= 0 AND end_power_w <= 0 THEN 0.0
      WHEN start_power_w IS NULL THEN 0.0
      ELSE POW(IF(start_power_w > end_power_w, start_power_w, end_power_w), 2) / (2 * ABS(end_power_w - start_power_w))
    END AS piece_import_wh,
    piece_us / 3.6e9 * CASE
      WHEN start_power_w >= 0 AND end_power_w >= 0 THEN 0.0
      WHEN start_power_w <= 0 AND end_power_w <= 0 THEN -(start_power_w + end_power_w) / 2
      WHEN start_power_w IS NULL THEN 0.0
      ELSE POW(IF(start_power_w < end_power_w, start_power_w, end_power_w), 2) / (2 * ABS(end_power_w - start_power_w))
    END AS piece_export_wh
  FROM powers
)

SELECT
  site, date, number, part, slot,
  LOGICAL_AND(part = 0 OR place BETWEEN first_slot AND last_slot) AS in_day,
  SUM(IF(is_own, before_import_wh, 0) + IF(adds_after, 0, piece_import_wh)) AS before_import_wh,
  SUM(IF(is_own, before_export_wh, 0) + IF(adds_after, 0, piece_export_wh)) AS before_export_wh,
  SUM(IF(is_own, before_covered_us, 0) + IF(covered AND NOT adds_after, piece_us, 0)) AS before_covered_us,
  SUM(IF(is_own, before_gap_us, 0) + IF(covered OR adds_after, 0, piece_us)) AS before_gap_us,
  SUM(IF(is_own, after_import_wh, 0) + IF(adds_after, piece_import_wh, 0)) AS after_import_wh,
  SUM(IF(is_own, after_export_wh, 0) + IF(adds_after, piece_export_wh, 0)) AS after_export_wh,
  SUM(IF(is_own, after_covered_us, 0) + IF(covered AND adds_after, piece_us, 0)) AS after_covered_us,
  SUM(IF(is_own, after_gap_us, 0) + IF(adds_after AND NOT covered, piece_us, 0)) AS after_gap_us,
  SUM(IF(place = first_slot, gaps, 0)) AS gaps,
  MAX(IF(place = first_slot, longest_gap_us, 0)) AS longest_gap_us,
  MAX(IF(is_own, counter_us, NULL)) AS counter_us,
  MAX(IF(is_own, import_counter_wh, NULL)) AS import_counter_wh,
  MAX(IF(is_own, export_counter_wh, NULL)) AS export_counter_wh,
  MAX(IF(is_own, peak_import_counter_wh, NULL)) AS peak_import_counter_wh,
  MAX(IF(is_own, peak_export_counter_wh, NULL)) AS peak_export_counter_wh,
  MAX(IF(is_own, first_us, NULL)) AS first_us,
  MAX(IF(is_own, first_import_counter_wh, NULL)) AS first_import_counter_wh,
  MAX(IF(is_own, first_export_counter_wh, NULL)) AS first_export_counter_wh,
  MAX(IF(is_own, cut_part, 0)) = 2 AS is_followed,
  MAX(IF(part > 0, cut_reading_us, NULL)) AS span_start_us,
  MAX(IF(part > 0, cut_next_reading_us, NULL)) AS span_end_us,
  MAX(IF(part > 0, cut_import_counter_wh, NULL)) AS span_start_import_counter_wh,
  MAX(IF(part > 0, cut_export_counter_wh, NULL)) AS span_start_export_counter_wh,
  MAX(IF(part > 0, cut_next_import_counter_wh, NULL)) AS span_end_import_counter_wh,
  MAX(IF(part > 0, cut_next_export_counter_wh, NULL)) AS span_end_export_counter_wh
FROM energies
GROUP BY site, date, number, part, slot
