-- slot_parts: Integrals, gaps and counters of each 15-minute slot, the intervals over the ends of the day apart. What counters mean is decided from these rows.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- number INT64: The channel's number among all channels.
-- part INT64: 0: intervals between the day's own readings; 1: the interval that ends at its first reading; 2: the one that starts at its last.
-- slot INT64: Slot, as 15-minute periods since 1970 UTC.
-- before_import_wh FLOAT64: Integral of imported power up to the slot's last reading with a counter, Wh; 0 without cover.
-- before_export_wh FLOAT64: The same of exported power.
-- before_covered_us FLOAT64: Covered time of that stretch, microseconds.
-- before_gap_us FLOAT64: Time of that stretch in gaps, microseconds.
-- after_import_wh FLOAT64: Integral of imported power after the slot's last reading with a counter, Wh; 0 without cover.
-- after_export_wh FLOAT64: The same of exported power.
-- after_covered_us FLOAT64: Covered time of that stretch, microseconds.
-- after_gap_us FLOAT64: Time of that stretch in gaps, microseconds.
-- gaps INT64: Gaps that begin in the slot, or with the day.
-- longest_gap_us FLOAT64: The longest of these gaps within the day, microseconds; 0 without one.
-- counter_us INT64: The slot's last reading with a counter, microseconds since 1970 UTC; NULL where it has none. In parts 1 and 2 the reading at the end of the interval.
-- import_counter_wh FLOAT64: Import counter there, in part 0 as far as the next reading confirms it, Wh.
-- export_counter_wh FLOAT64: The same of export.
-- peak_import_counter_wh FLOAT64: Highest import counter in the slot, Wh. NULL in parts 1 and 2.
-- peak_export_counter_wh FLOAT64: The same of export.
-- first_us INT64: The day's first reading, in its slot only. In parts 1 and 2 the reading at the start of the interval.
-- first_import_counter_wh FLOAT64: Import counter as known there, Wh.
-- first_export_counter_wh FLOAT64: The same of export.
-- span_import_wh FLOAT64: In parts 1 and 2 the integral of imported power over the whole interval, Wh; 0 without cover.
-- span_export_wh FLOAT64: The same of exported power.
-- max_gap_us INT64: A longer time between two readings is a gap, microseconds.
-- max_power_w FLOAT64: Power above which nothing is believed, W.

-- Intervals are added up by the slot they start in, except those that are needed for themselves: each is the only one of its
-- sort. The slot's last reading begins the only interval that can reach beyond the slot, to be cut at the slot edges.
WITH sums AS (
  SELECT
    site, date, number, slot, is_first_of_day, is_last_of_slot, starts_at_counter, follows_counter, is_gap,
    SUM(import_wh) AS import_wh,
    SUM(export_wh) AS export_wh,
    SUM(length_us) AS length_us,
    MAX(length_us) AS longest_us,
    COUNT(*) AS intervals,
    MAX(import_counter_wh) AS peak_import_counter_wh,
    MAX(export_counter_wh) AS peak_export_counter_wh,
    ANY_VALUE(start_us) AS start_us,
    ANY_VALUE(end_us) AS end_us,
    ANY_VALUE(start_power_w) AS start_power_w,
    ANY_VALUE(slope_w_per_us) AS slope_w_per_us,
    ANY_VALUE(import_counter_wh) AS import_counter_wh,
    ANY_VALUE(export_counter_wh) AS export_counter_wh,
    ANY_VALUE(next_import_counter_wh) AS next_import_counter_wh,
    ANY_VALUE(next_export_counter_wh) AS next_export_counter_wh
  FROM `wattlake.intervals`
  GROUP BY site, date, number, slot, is_first_of_day, is_last_of_slot, starts_at_counter, follows_counter, is_gap
),

channel_days AS (
  SELECT
    c.number, c.max_gap_us, c.max_power_w, d.date,
    UNIX_MICROS(d.day_start) AS day_start_us,
    UNIX_MICROS(d.day_end) AS day_end_us
  FROM `wattlake.channels` AS c
  JOIN `wattlake.site_days` AS d ON d.site = c.site
),

-- A local day begins and ends on slot edges.
reaches AS (
  SELECT
    s.*, d.max_gap_us, d.max_power_w,
    IF(s.end_us < d.day_end_us, s.end_us, d.day_end_us) - IF(s.start_us > d.day_start_us, s.start_us, d.day_start_us)
      AS in_day_us,
    CASE
      WHEN s.start_us < d.day_start_us THEN 1
      WHEN s.is_last_of_slot AND s.end_us >= d.day_end_us THEN 2
      ELSE 0
    END AS cut_part,
    CASE
      WHEN s.start_us < d.day_start_us THEN DIV(d.day_start_us, 900000000)
      WHEN s.is_last_of_slot AND s.end_us >= d.day_end_us THEN s.slot - 1
      ELSE s.slot
    END AS first_place,
    CASE
      WHEN NOT s.is_last_of_slot OR s.end_us IS NULL THEN s.slot
      WHEN s.end_us < d.day_end_us THEN DIV(s.end_us - 1, 900000000)
      ELSE DIV(d.day_end_us - 1, 900000000)
    END AS last_place
  FROM sums AS s
  JOIN channel_days AS d ON d.number = s.number AND d.date = s.date
  WHERE s.start_us < d.day_end_us AND (s.start_us >= d.day_start_us OR s.is_last_of_slot AND s.end_us > d.day_start_us)
),

-- A reading whose interval leaves the day belongs to part 0 and its interval to part 2: the place before its slot, which no
-- other interval has, stands for the reading.
pieces AS (
  SELECT
    *,
    IF(place < slot, 0, cut_part) AS part,
    IF(place < slot, slot, place) AS piece_slot,
    place < slot OR cut_part = 0 AND place = slot AS is_own,
    place = IF(cut_part = 1, first_place, slot) AS is_begin,
    IF(start_us > place * 900000000, start_us, place * 900000000) AS piece_start_us,
    IF(end_us > (place + 1) * 900000000, (place + 1) * 900000000, end_us) AS piece_end_us
  FROM reaches, UNNEST(GENERATE_ARRAY(first_place, last_place)) AS place
),

powers AS (
  SELECT
    *,
    CAST(IF(piece_end_us > piece_start_us, piece_end_us - piece_start_us, 0) AS FLOAT64) AS piece_us,
    start_power_w + slope_w_per_us * (piece_start_us - start_us) AS piece_start_w,
    start_power_w + slope_w_per_us * (piece_end_us - start_us) AS piece_end_w
  FROM pieces
),

energies AS (
  SELECT
    *,
    is_own AND follows_counter AS adds_after,
    is_own AND starts_at_counter AS is_knot,
    is_own AND is_first_of_day AS is_first,
    IF(is_last_of_slot, piece_us, length_us) AS own_us,
    IFNULL(
      IF(is_last_of_slot, `wattlake.positive_integral_wh`(piece_start_w, piece_end_w, piece_us), import_wh), 0
    ) AS own_import_wh,
    IFNULL(
      IF(is_last_of_slot, `wattlake.positive_integral_wh`(-piece_start_w, -piece_end_w, piece_us), export_wh), 0
    ) AS own_export_wh
  FROM powers
)

-- A counter is believed as far as the next reading of the day confirms it.
SELECT
  site, date, number, part,
  piece_slot AS slot,
  SUM(IF(adds_after, 0, own_import_wh)) AS before_import_wh,
  SUM(IF(adds_after, 0, own_export_wh)) AS before_export_wh,
  SUM(IF(adds_after OR is_gap, 0, own_us)) AS before_covered_us,
  SUM(IF(adds_after OR NOT is_gap, 0, own_us)) AS before_gap_us,
  SUM(IF(adds_after, own_import_wh, 0)) AS after_import_wh,
  SUM(IF(adds_after, own_export_wh, 0)) AS after_export_wh,
  SUM(IF(adds_after AND NOT is_gap, own_us, 0)) AS after_covered_us,
  SUM(IF(adds_after AND is_gap, own_us, 0)) AS after_gap_us,
  SUM(IF(is_gap AND is_begin, intervals, 0)) AS gaps,
  MAX(IF(is_gap AND is_begin, IF(is_last_of_slot, in_day_us, longest_us), 0)) AS longest_gap_us,
  MAX(CASE WHEN part > 0 THEN end_us WHEN is_knot THEN start_us END) AS counter_us,
  MAX(CASE
    WHEN part > 0 THEN IFNULL(next_import_counter_wh, import_counter_wh)
    WHEN NOT is_knot THEN NULL
    WHEN cut_part = 0 AND next_import_counter_wh < import_counter_wh THEN next_import_counter_wh
    ELSE import_counter_wh
  END) AS import_counter_wh,
  MAX(CASE
    WHEN part > 0 THEN IFNULL(next_export_counter_wh, export_counter_wh)
    WHEN NOT is_knot THEN NULL
    WHEN cut_part = 0 AND next_export_counter_wh < export_counter_wh THEN next_export_counter_wh
    ELSE export_counter_wh
  END) AS export_counter_wh,
  MAX(IF(is_own, peak_import_counter_wh, NULL)) AS peak_import_counter_wh,
  MAX(IF(is_own, peak_export_counter_wh, NULL)) AS peak_export_counter_wh,
  MAX(IF(part > 0 OR is_first, start_us, NULL)) AS first_us,
  MAX(IF(part > 0 OR is_first, import_counter_wh, NULL)) AS first_import_counter_wh,
  MAX(IF(part > 0 OR is_first, export_counter_wh, NULL)) AS first_export_counter_wh,
  MAX(IF(part > 0, IFNULL(import_wh, 0), NULL)) AS span_import_wh,
  MAX(IF(part > 0, IFNULL(export_wh, 0), NULL)) AS span_export_wh,
  ANY_VALUE(max_gap_us) AS max_gap_us,
  ANY_VALUE(max_power_w) AS max_power_w
FROM energies
GROUP BY site, date, number, part, piece_slot
