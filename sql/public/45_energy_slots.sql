-- energy_slots: The best estimate of energy per 15-minute slot and channel, and how it was made.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- slot_start TIMESTAMP: Start of the slot, UTC; slots begin at minute 0, 15, 30 and 45.
-- import_wh FLOAT64: Energy imported, Wh; NULL where nothing is known.
-- export_wh FLOAT64: Energy exported, Wh; NULL where nothing is known.
-- source STRING: counter, integral, or counter_gap where a gap in the slot was filled from the counter; NULL where nothing is known.
-- quality STRING: measured: readings cover the whole slot; filled: the counter fills what they do not cover; disputed: the counter contradicts the power and is not believed; partial: a part of the slot is unknown and not in the energy; missing: nothing is known.
-- covered_s FLOAT64: Time of the slot for which power is known, s.
-- filled_s FLOAT64: Time of the slot in gaps whose energy the counter tells, s.
-- gap_s FLOAT64: Time of the slot that lies in gaps, filled or not, s.
-- disputed_s FLOAT64: Covered time of the slot whose counter was not believed, s: it breaks there, stands still or runs against the power.
-- gaps INT64: Gaps that begin in the slot, or with the day.
SELECT
  site, date, device, channel, slot_start, import_wh, export_wh,
  CASE
    WHEN filled_s > 0 THEN 'counter_gap'
    WHEN counter_s > 0 THEN 'counter'
    WHEN covered_s > 0 THEN 'integral'
  END AS source,
  `wattlake.quality`(900, covered_s, filled_s, disputed_s) AS quality,
  covered_s, filled_s, gap_s, disputed_s, gaps
FROM `wattlake.slot_estimates`
