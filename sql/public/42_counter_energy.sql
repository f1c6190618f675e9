-- counter_energy: Energy per 15-minute slot and channel as far as the meter's own counter tells it and is believed: without the steps in which it breaks, and without the time in which it contradicts the power.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- slot_start TIMESTAMP: Start of the slot, UTC; slots begin at minute 0, 15, 30 and 45.
-- import_wh FLOAT64: Energy imported, Wh, spread between counter readings by the shape of the power integral; NULL where the counter cannot tell or is not believed.
-- export_wh FLOAT64: The same of export.
-- counter_s FLOAT64: Time of the slot whose energy the counter tells, s.
SELECT
  site, date, device, channel, slot_start,
  counter_import_wh AS import_wh,
  counter_export_wh AS export_wh,
  counter_s
FROM `wattlake.slot_estimates`
