-- readings: The readings of each local day, one row per device, channel and instant.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- ts TIMESTAMP: Instant of the reading, UTC.
-- power_w FLOAT64: Active power, W; positive is import.
-- reactive_power_var FLOAT64: Reactive power, var.
-- voltage_v FLOAT64: Voltage, V.
-- current_a FLOAT64: Current, A.
-- power_factor FLOAT64: Power factor, -1 to 1.
-- frequency_hz FLOAT64: Mains frequency, Hz.
-- import_counter_wh FLOAT64: The meter's import counter, Wh.
-- export_counter_wh FLOAT64: The meter's export counter, Wh.
SELECT
  site, date, device, channel, ts, power_w, reactive_power_var, voltage_v, current_a, power_factor, frequency_hz,
  import_counter_wh, export_counter_wh
FROM `wattlake.day_readings`
WHERE edge IS NULL
