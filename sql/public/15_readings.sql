-- readings: The readings of each local day, one row per device, channel and instant.
-- site STRING: The site.
-- date DATE: Local day of the site.
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

-- live
-- The daily file is the record: a live reading, or a field of one, counts only while it does not have it.
-- end of live
-- A daily file has no duplicates; should files overlap, the smaller value wins field by field, as in the compilation.
SELECT
  site, date, device, channel, ts,
  CASE
    WHEN MAX(IF(recorded, power_unknown, NULL)) THEN NULL
    WHEN MIN(IF(recorded, power_w, NULL)) IS NOT NULL THEN MIN(IF(recorded, power_w, NULL))
    WHEN MAX(power_unknown) THEN NULL
    ELSE MIN(power_w)
  END AS power_w,
  CASE
    WHEN MAX(IF(recorded, power_unknown, NULL)) THEN TRUE
    WHEN MIN(IF(recorded, power_w, NULL)) IS NULL THEN MAX(power_unknown)
  END AS power_unknown,
  IFNULL(MIN(IF(recorded, reactive_power_var, NULL)), MIN(reactive_power_var)) AS reactive_power_var,
  IFNULL(MIN(IF(recorded, voltage_v, NULL)), MIN(voltage_v)) AS voltage_v,
  IFNULL(MIN(IF(recorded, current_a, NULL)), MIN(current_a)) AS current_a,
  IFNULL(MIN(IF(recorded, power_factor, NULL)), MIN(power_factor)) AS power_factor,
  IFNULL(MIN(IF(recorded, frequency_hz, NULL)), MIN(frequency_hz)) AS frequency_hz,
  IFNULL(MIN(IF(recorded, import_counter_wh, NULL)), MIN(import_counter_wh)) AS import_counter_wh,
  IFNULL(MIN(IF(recorded, export_counter_wh, NULL)), MIN(export_counter_wh)) AS export_counter_wh
FROM `wattlake.day_readings`
WHERE edge IS NULL
GROUP BY site, date, device, channel, ts
