-- live_merged: The readings of the last days as the live path knows them, one row per device, channel and instant.
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
-- received TIMESTAMP: Latest arrival of a message of the reading, UTC.

-- The rule of the daily files: field by field the latest arrival wins, a tie goes to the smaller value, and to the word
-- that power is not known. A row that is there twice changes nothing.
WITH arrivals AS (
  SELECT
    site, date, device, channel, ts, received,
    power_w, power_unknown, reactive_power_var, voltage_v, current_a, power_factor, frequency_hz, import_counter_wh,
    export_counter_wh,
    MAX(IF(power_w IS NULL, NULL, received)) OVER reading AS power_received,
    MAX(IF(power_unknown, received, NULL)) OVER reading AS power_unknown_received,
    MAX(IF(reactive_power_var IS NULL, NULL, received)) OVER reading AS reactive_power_received,
    MAX(IF(voltage_v IS NULL, NULL, received)) OVER reading AS voltage_received,
    MAX(IF(current_a IS NULL, NULL, received)) OVER reading AS current_received,
    MAX(IF(power_factor IS NULL, NULL, received)) OVER reading AS power_factor_received,
    MAX(IF(frequency_hz IS NULL, NULL, received)) OVER reading AS frequency_received,
    MAX(IF(import_counter_wh IS NULL, NULL, received)) OVER reading AS import_counter_received,
    MAX(IF(export_counter_wh IS NULL, NULL, received)) OVER reading AS export_counter_received
  FROM `wattlake.live_readings`
  WINDOW reading AS (PARTITION BY site, date, device, channel, ts)
)

SELECT
  site, date, device, channel, ts,
  MIN(IF(received = power_received AND received > IFNULL(power_unknown_received, TIMESTAMP_MICROS(0)), power_w, NULL))
    AS power_w,
  MAX(IF(power_unknown_received >= IFNULL(power_received, power_unknown_received), TRUE, NULL)) AS power_unknown,
  MIN(IF(received = reactive_power_received, reactive_power_var, NULL)) AS reactive_power_var,
  MIN(IF(received = voltage_received, voltage_v, NULL)) AS voltage_v,
  MIN(IF(received = current_received, current_a, NULL)) AS current_a,
  MIN(IF(received = power_factor_received, power_factor, NULL)) AS power_factor,
  MIN(IF(received = frequency_received, frequency_hz, NULL)) AS frequency_hz,
  MIN(IF(received = import_counter_received, import_counter_wh, NULL)) AS import_counter_wh,
  MIN(IF(received = export_counter_received, export_counter_wh, NULL)) AS export_counter_wh,
  MAX(received) AS received
FROM arrivals
GROUP BY site, date, device, channel, ts
