-- data_quality_daily: How far the figures of each channel and local day can be trusted.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- day_s FLOAT64: Length of the day, s.
-- covered_s FLOAT64: Time for which power is known, s.
-- coverage FLOAT64: Covered part of the day, 0 to 1.
-- gap_s FLOAT64: Time in gaps, s.
-- filled_s FLOAT64: Time in gaps whose energy the counter tells, s.
-- disputed_s FLOAT64: Covered time whose counter was not believed, s.
-- quality STRING: measured, filled, disputed, partial or missing: the gravest that is true of any part of the day.
-- gaps INT64: Number of gaps; one that began on an earlier day counts again.
-- longest_gap_s FLOAT64: The longest gap within the day, s; 0 without one.
-- readings INT64: Readings of the day's file; NULL where there is none.
-- duplicates INT64: Messages that repeated a known value.
-- conflicts INT64: Messages that contradicted a known value of the same instant.
-- quarantined INT64: Messages of the device, all channels, that arrived on the UTC day of this date and were not understood.
-- ratio_integral_wh FLOAT64: Integral of import and export over the slots that both readings and counter cover, Wh.
-- ratio_counter_wh FLOAT64: The counter's import and export over the same slots, Wh.
-- integral_to_counter FLOAT64: The former by the latter: about 1, and constant, while meter and method agree. NULL without energy.

-- Of a slot in which one direction's counter is not believed, or is not there, the other's alone says nothing.
WITH slots AS (
  SELECT
    *,
    covered_s = 900 AND counter_s = 900 AND disputed_s = 0
      AND counter_import_wh IS NOT NULL AND counter_export_wh IS NOT NULL AS both_tell
  FROM `wattlake.slot_estimates`
),

energy AS (
  SELECT
    site, date, device, channel,
    SUM(covered_s) AS covered_s,
    SUM(gap_s) AS gap_s,
    SUM(filled_s) AS filled_s,
    SUM(disputed_s) AS disputed_s,
    SUM(gaps) AS gaps,
    MAX(longest_gap_s) AS longest_gap_s,
    SUM(IF(both_tell, integral_import_wh + integral_export_wh, NULL)) AS ratio_integral_wh,
    SUM(IF(both_tell, counter_import_wh + counter_export_wh, NULL)) AS ratio_counter_wh
  FROM slots
  GROUP BY site, date, device, channel
),

-- Lists are opened by position, so that a filter on site and date passes by them to the files.
compiled AS (
  SELECT d.site, d.date, d.channels[OFFSET(position)] AS entry
  FROM (SELECT site, date, channels, ARRAY_LENGTH(channels) - 1 AS last FROM `wattlake.day_manifests`) AS d,
    UNNEST(GENERATE_ARRAY(0, d.last)) AS position
),

set_aside AS (
  SELECT h.date, h.quarantine[OFFSET(position)] AS entry
  FROM (SELECT date, quarantine, ARRAY_LENGTH(quarantine) - 1 AS last FROM `wattlake.hour_manifests`) AS h,
    UNNEST(GENERATE_ARRAY(0, h.last)) AS position
),

facts AS (
  SELECT
    site, date, device, channel, covered_s, gap_s, filled_s, disputed_s, gaps, longest_gap_s, ratio_integral_wh, ratio_counter_wh,
    NULL AS readings, NULL AS duplicates, NULL AS conflicts, 0 AS quarantined
  FROM energy
  UNION ALL
  SELECT
    site, date, entry.device, entry.channel, 0, 0, 0, 0, 0, 0, NULL, NULL,
    entry.readings, entry.duplicates, entry.conflicts, 0
  FROM compiled
  UNION ALL
  SELECT m.site, s.date, m.device, m.channel, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, s.entry.messages
  FROM set_aside AS s
  JOIN `wattlake.meters` AS m ON m.site = s.entry.site AND m.device = s.entry.device
),

totals AS (
  SELECT
    site, date, device, channel,
    SUM(covered_s) AS covered_s,
    SUM(gap_s) AS gap_s,
    SUM(filled_s) AS filled_s,
    SUM(disputed_s) AS disputed_s,
    SUM(gaps) AS gaps,
    MAX(longest_gap_s) AS longest_gap_s,
    SUM(readings) AS readings,
    SUM(duplicates) AS duplicates,
    SUM(conflicts) AS conflicts,
    SUM(quarantined) AS quarantined,
    SUM(ratio_integral_wh) AS ratio_integral_wh,
    SUM(ratio_counter_wh) AS ratio_counter_wh
  FROM facts
  GROUP BY site, date, device, channel
),

days AS (
  SELECT site, date, TIMESTAMP_DIFF(day_end, day_start, MICROSECOND) / 1e6 AS day_s FROM `wattlake.site_days`
)

SELECT
  t.site, t.date, t.device, t.channel,
  d.day_s, t.covered_s,
  t.covered_s / d.day_s AS coverage,
  t.gap_s, t.filled_s, t.disputed_s,
  `wattlake.quality`(d.day_s, t.covered_s, t.filled_s, t.disputed_s) AS quality,
  t.gaps, t.longest_gap_s, t.readings, t.duplicates, t.conflicts, t.quarantined,
  t.ratio_integral_wh, t.ratio_counter_wh,
  SAFE_DIVIDE(t.ratio_integral_wh, t.ratio_counter_wh) AS integral_to_counter
FROM totals AS t
JOIN days AS d ON d.site = t.site AND d.date = t.date
