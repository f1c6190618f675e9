-- power_energy: Energy per 15-minute slot and channel from the integral of power over time.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- slot_start TIMESTAMP: Start of the slot, UTC; slots begin at minute 0, 15, 30 and 45.
-- import_wh FLOAT64: Energy imported in the slot's covered time, Wh; NULL where no time is covered.
-- export_wh FLOAT64: Energy exported in the slot's covered time, Wh; NULL where no time is covered.
-- covered_s FLOAT64: Time of the slot for which power is known, s.
-- gap_s FLOAT64: Time of the slot that lies in gaps, s. Before a channel's first and after its last reading is neither.
-- gaps INT64: Gaps that begin in the slot, or with the day.

-- Intervals are added up by the slot they start in. Only the last of them can reach beyond that slot: it is set aside
-- and cut at the slot edges, so that making lists stays off the common path.
WITH slotted AS (
  SELECT
    site, date, device, channel, start_us, end_us, covered, start_power_w, slope_w_per_us, import_wh, export_wh,
    end_us - start_us AS length_us,
    DIV(start_us, 900000000) AS start_slot,
    DIV(end_us - 1, 900000000) AS last_slot
  FROM `wattlake.power_intervals`
),

starts AS (
  SELECT
    site, date, device, channel, start_slot,
    MAX(last_slot) AS last_slot,
    SUM(IF(start_slot = last_slot, import_wh, NULL)) AS import_wh,
    SUM(IF(start_slot = last_slot, export_wh, NULL)) AS export_wh,
    SUM(IF(start_slot = last_slot AND covered, length_us, 0)) AS covered_us,
    SUM(IF(start_slot = last_slot AND NOT covered, length_us, 0)) AS gap_us,
    COUNTIF(NOT covered) AS gaps,
    MAX(IF(start_slot < last_slot, start_us, NULL)) AS cut_start_us,
    MAX(IF(start_slot < last_slot, end_us, NULL)) AS cut_end_us,
    MAX(IF(start_slot < last_slot, start_power_w, NULL)) AS cut_power_w,
    MAX(IF(start_slot < last_slot, slope_w_per_us, NULL)) AS cut_slope_w_per_us
  FROM slotted
  GROUP BY site, date, device, channel, start_slot
),

pieces AS (
  SELECT
    s.site, s.date, s.device, s.channel, slot,
    IF(slot = s.start_slot, s.import_wh, NULL) AS import_wh,
    IF(slot = s.start_slot, s.export_wh, NULL) AS export_wh,
    IF(slot = s.start_slot, s.covered_us, 0) AS covered_us,
    IF(slot = s.start_slot, s.gap_us, 0) AS gap_us,
    IF(slot = s.start_slot, s.gaps, 0) AS gaps,
    s.cut_start_us, s.cut_power_w, s.cut_slope_w_per_us,
    IF(slot = s.start_slot, s.cut_start_us, slot * 900000000) AS piece_start_us,
    IF(slot = s.last_slot, s.cut_end_us, (slot + 1) * 900000000) AS piece_end_us
  FROM starts AS s, UNNEST(GENERATE_ARRAY(s.start_slot, s.last_slot)) AS slot
),

powers AS (
  SELECT
    site, date, device, channel, slot, import_wh, export_wh, covered_us, gap_us, gaps,
    IF(cut_start_us IS NULL, 0, piece_end_us - piece_start_us) AS piece_us,
    cut_power_w + cut_slope_w_per_us * (piece_start_us - cut_start_us) AS start_power_w,
    cut_power_w + cut_slope_w_per_us * (piece_end_us - cut_start_us) AS end_power_w
  FROM pieces
),

energies AS (
  SELECT
    site, date, device, channel, slot, import_wh, export_wh, covered_us, gap_us, gaps, piece_us,
    start_power_w IS NOT NULL AS covered,
    piece_us / 3.6e9 * CASE
      WHEN start_power_w >= 0 AND end_power_w >= 0 THEN (start_power_w + end_power_w) / 2
      WHEN start_power_w <= 0 AND end_power_w <= 0 THEN 0.0
      ELSE POW(IF(start_power_w > end_power_w, start_power_w, end_power_w), 2) / (2 * ABS(end_power_w - start_power_w))
    END AS piece_import_wh,
    piece_us / 3.6e9 * CASE
      WHEN start_power_w >= 0 AND end_power_w >= 0 THEN 0.0
      WHEN start_power_w <= 0 AND end_power_w <= 0 THEN -(start_power_w + end_power_w) / 2
      ELSE POW(IF(start_power_w < end_power_w, start_power_w, end_power_w), 2) / (2 * ABS(end_power_w - start_power_w))
    END AS piece_export_wh
  FROM powers
),

totals AS (
  SELECT
    site, date, device, channel, slot,
    SUM(import_wh) AS import_wh,
    SUM(piece_import_wh) AS piece_import_wh,
    SUM(export_wh) AS export_wh,
    SUM(piece_export_wh) AS piece_export_wh,
    SUM(covered_us + IF(covered, piece_us, 0)) AS covered_us,
    SUM(gap_us + IF(covered, 0, piece_us)) AS gap_us,
    SUM(gaps) AS gaps
  FROM energies
  GROUP BY site, date, device, channel, slot
)

SELECT
  site, date, device, channel,
  TIMESTAMP_MICROS(slot * 900000000) AS slot_start,
  IF(covered_us > 0, IFNULL(import_wh, 0) + IFNULL(piece_import_wh, 0), NULL) AS import_wh,
  IF(covered_us > 0, IFNULL(export_wh, 0) + IFNULL(piece_export_wh, 0), NULL) AS export_wh,
  covered_us / 1e6 AS covered_s,
  gap_us / 1e6 AS gap_s,
  gaps
FROM totals
