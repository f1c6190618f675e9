-- witness_daily: Energy per channel and local day, and beside it what each of its two witnesses says alone: power and counter.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- channel_name STRING: Name of the channel.
-- day_s FLOAT64: Length of the day, s: 82800, 86400 or 90000 where clocks move by an hour.
-- import_wh FLOAT64: Energy imported, Wh; NULL where nothing is known.
-- export_wh FLOAT64: Energy exported, Wh; NULL where nothing is known.
-- integral_import_wh FLOAT64: Import by power over the covered time alone, Wh; NULL where no time is covered.
-- integral_export_wh FLOAT64: Export by power over the covered time alone, Wh; NULL where no time is covered.
-- counter_import_wh FLOAT64: The import counter's last reading of the day less its last before the day, Wh; within the day where none is before; NULL without a reading.
-- counter_export_wh FLOAT64: The same of the export counter, Wh.
-- covered_s FLOAT64: Time for which power is known, s.
-- gap_s FLOAT64: Time in gaps, filled or not, s.
-- gaps INT64: Number of gaps; one that began on an earlier day counts again.

-- A counter runs from the last reading before the day, so the days of an unbroken record add up to its last less its first.
WITH counter_readings AS (
  SELECT site, date, device, channel, ts, recorded, 'import' AS direction, import_counter_wh AS counter_wh
  FROM `wattlake.day_readings`
  WHERE edge IS NULL OR edge = 'before'
  UNION ALL
  SELECT site, date, device, channel, ts, recorded, 'export' AS direction, export_counter_wh AS counter_wh
  FROM `wattlake.day_readings`
  WHERE edge IS NULL OR edge = 'before'
),

-- Of one instant the record counts, then the smaller value, as in readings.
ordered AS (
  SELECT
    site, date, device, channel, direction, counter_wh,
    ROW_NUMBER() OVER (
      PARTITION BY site, date, device, channel, direction ORDER BY ts, recorded DESC, counter_wh
    ) AS from_start,
    ROW_NUMBER() OVER (
      PARTITION BY site, date, device, channel, direction ORDER BY ts DESC, recorded DESC, counter_wh
    ) AS from_end
  FROM counter_readings
  WHERE counter_wh IS NOT NULL
),

deltas AS (
  SELECT
    site, date, device, channel, direction,
    MAX(IF(from_end = 1, counter_wh, NULL)) - MAX(IF(from_start = 1, counter_wh, NULL)) AS delta_wh
  FROM ordered
  GROUP BY site, date, device, channel, direction
),

counters AS (
  SELECT
    site, date, device, channel,
    MAX(IF(direction = 'import', delta_wh, NULL)) AS counter_import_wh,
    MAX(IF(direction = 'export', delta_wh, NULL)) AS counter_export_wh
  FROM deltas
  GROUP BY site, date, device, channel
),

integrals AS (
  SELECT site, date, device, channel, SUM(import_wh) AS integral_import_wh, SUM(export_wh) AS integral_export_wh
  FROM `wattlake.power_energy`
  GROUP BY site, date, device, channel
)

SELECT
  e.site, e.date, e.device, e.channel, e.channel_name, e.day_s, e.import_wh, e.export_wh,
  i.integral_import_wh, i.integral_export_wh, c.counter_import_wh, c.counter_export_wh,
  e.covered_s, e.gap_s, e.gaps
FROM `wattlake.energy_daily` AS e
LEFT JOIN integrals AS i ON i.site = e.site AND i.date = e.date AND i.device = e.device AND i.channel = e.channel
LEFT JOIN counters AS c ON c.site = e.site AND c.date = e.date AND c.device = e.device AND c.channel = e.channel
