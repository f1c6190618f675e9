-- day_readings: What stands in each local day's partition: its readings and, with edge set, the nearest ones around it, one row per device, channel and instant of each source.
-- site STRING: The site.
-- date DATE: Local day of the partition.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- ts TIMESTAMP: Instant of the reading, UTC.
-- power_w FLOAT64: Active power, W; positive is import.
-- power_unknown BOOL: TRUE where the meter says that it does not know its power any more; otherwise NULL.
-- reactive_power_var FLOAT64: Reactive power, var.
-- voltage_v FLOAT64: Voltage, V.
-- current_a FLOAT64: Current, A.
-- power_factor FLOAT64: Power factor, -1 to 1.
-- frequency_hz FLOAT64: Mains frequency, Hz.
-- import_counter_wh FLOAT64: The meter's import counter, Wh.
-- export_counter_wh FLOAT64: The meter's export counter, Wh.
-- edge STRING: before or after on readings outside the day; NULL on the day's own.
-- recorded BOOL: Whether the daily file, the record, has it.

SELECT
  site, date, device, channel, ts, power_w, power_unknown, reactive_power_var, voltage_v, current_a, power_factor,
  frequency_hz, import_counter_wh, export_counter_wh, edge,
  TRUE AS recorded
FROM `wattlake.daily_files`
-- live
UNION ALL
SELECT
  site, date, device, channel, ts, power_w, power_unknown, reactive_power_var, voltage_v, current_a, power_factor,
  frequency_hz, import_counter_wh, export_counter_wh, CAST(NULL AS STRING) AS edge,
  FALSE AS recorded
FROM `wattlake.live_merged`
-- end of live
