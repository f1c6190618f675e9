-- day_readings: What stands in each local day's partition: its readings and, with edge set, the nearest ones around it. One row per device, channel and instant.
-- site STRING: The site.
-- date DATE: Local day of the partition.
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
-- edge STRING: before or after on readings outside the day; NULL on the day's own.

-- A daily file has no duplicates; should files overlap, the smaller value wins field by field, as in the compilation.
SELECT
  site, date, device, channel, ts,
  MIN(power_w) AS power_w,
  MIN(reactive_power_var) AS reactive_power_var,
  MIN(voltage_v) AS voltage_v,
  MIN(current_a) AS current_a,
  MIN(power_factor) AS power_factor,
  MIN(frequency_hz) AS frequency_hz,
  MIN(import_counter_wh) AS import_counter_wh,
  MIN(export_counter_wh) AS export_counter_wh,
  MIN(edge) AS edge
FROM `wattlake.daily_files`
GROUP BY site, date, device, channel, ts
