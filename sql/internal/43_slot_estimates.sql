-- slot_estimates: Energy per 15-minute slot and channel, by the integral, by the counter and by the best of both.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- slot_start TIMESTAMP: Start of the slot, UTC; slots begin at minute 0, 15, 30 and 45.
-- integral_import_wh FLOAT64: Integral of import over the covered time, Wh; NULL where no time is covered.
-- integral_export_wh FLOAT64: The same of export.
-- counter_import_wh FLOAT64: Import by the counter, Wh; NULL where the counter cannot tell or is not believed.
-- counter_export_wh FLOAT64: The same of export.
-- import_wh FLOAT64: Import by the counter where it is believed, otherwise by the integral, Wh; NULL where neither can tell.
-- export_wh FLOAT64: The same of export.
-- covered_s FLOAT64: Time of the slot for which power is known, s.
-- gap_s FLOAT64: Time of the slot that lies in gaps, s. Before a channel's first and after its last reading is neither.
-- filled_s FLOAT64: Time in gaps whose energy the counter tells, s.
-- counter_s FLOAT64: Time whose energy the counter tells, s.
-- disputed_s FLOAT64: Covered time whose counter was not believed, s.
-- gaps INT64: Gaps that begin in the slot, or with the day.
-- longest_gap_s FLOAT64: The longest of these gaps within the day, s; 0 without one.

WITH totals AS (
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
    SUM(IF(NOT is_export AND is_disputed, covered_us, 0)) AS import_disputed_us,
    SUM(IF(is_export AND is_disputed, covered_us, 0)) AS export_disputed_us,
    SUM(IF(NOT is_export, gaps, 0)) AS gaps,
    MAX(longest_gap_us) AS longest_gap_us
  FROM `wattlake.weighed_parts`
  WHERE NOT is_outside AND covered_us + gap_us > 0
  GROUP BY site, date, number, slot
)

SELECT
  t.site, t.date, c.device, c.channel,
  TIMESTAMP_MICROS(slot * 900000000) AS slot_start,
  integral_import_wh, integral_export_wh, counter_import_wh, counter_export_wh, import_wh, export_wh,
  covered_us / 1e6 AS covered_s,
  gap_us / 1e6 AS gap_s,
  GREATEST(import_filled_us, export_filled_us) / 1e6 AS filled_s,
  GREATEST(import_counter_us, export_counter_us) / 1e6 AS counter_s,
  GREATEST(import_disputed_us, export_disputed_us) / 1e6 AS disputed_s,
  gaps,
  longest_gap_us / 1e6 AS longest_gap_s
FROM totals AS t
JOIN `wattlake.channels` AS c ON c.number = t.number
