-- energy_between(from_time TIMESTAMP, to_time TIMESTAMP): Energy per channel between two instants: the 15-minute slots that start from from_time on and before to_time. For spans that are not local days: a billing hour, an event, a trip.
-- site STRING: The site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- channel_name STRING: Name of the channel.
-- role STRING: grid, solar, battery or load.
-- slots INT64: Slots of the span about which something is known or in a gap.
-- import_wh FLOAT64: Energy imported, Wh; NULL where nothing is known.
-- export_wh FLOAT64: Energy exported, Wh; NULL where nothing is known.
-- net_wh FLOAT64: Import less export, Wh; NULL where nothing is known.
-- covered_s FLOAT64: Time for which power is known, s.
-- filled_s FLOAT64: Time in gaps whose energy the counter tells, s.
-- gap_s FLOAT64: Time in gaps, filled or not, s.
-- disputed_s FLOAT64: Covered time whose counter was not believed, s.
-- quality STRING: measured, filled, disputed, partial or missing: the gravest that is true of any part of the time.

-- A local day lies within a day of the UTC day, wherever the site is.
WITH totals AS (
  SELECT
    site, device, channel,
    COUNT(*) AS slots,
    SUM(import_wh) AS import_wh,
    SUM(export_wh) AS export_wh,
    SUM(covered_s) AS covered_s,
    SUM(filled_s) AS filled_s,
    SUM(gap_s) AS gap_s,
    SUM(disputed_s) AS disputed_s
  FROM `wattlake.energy_slots`
  WHERE date BETWEEN DATE_SUB(DATE(from_time), INTERVAL 1 DAY) AND DATE_ADD(DATE(to_time), INTERVAL 1 DAY)
    AND slot_start >= from_time
    AND slot_start < to_time
  GROUP BY site, device, channel
)

SELECT
  t.site, t.device, t.channel, m.channel_name, m.role, t.slots, t.import_wh, t.export_wh,
  t.import_wh - t.export_wh AS net_wh,
  t.covered_s, t.filled_s, t.gap_s, t.disputed_s,
  `wattlake.quality`(
    TIMESTAMP_DIFF(to_time, from_time, MICROSECOND) / 1e6, t.covered_s, t.filled_s, t.disputed_s
  ) AS quality
FROM totals AS t
JOIN `wattlake.meters` AS m ON m.site = t.site AND m.device = t.device AND m.channel = t.channel
