-- power_energy: Energy per 15-minute slot and channel from the integral of power over time alone.
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
SELECT
  site, date, device, channel, slot_start,
  integral_import_wh AS import_wh,
  integral_export_wh AS export_wh,
  covered_s, gap_s, gaps
FROM `wattlake.slot_estimates`
