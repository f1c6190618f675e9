-- data_quality_between(from_date DATE, to_date DATE): data_quality_daily of the local days from_date to to_date, both included, with the drift of each day's integral against the 28 days before it. A view cannot look back without reading everything.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- coverage FLOAT64: Covered part of the day, 0 to 1.
-- disputed_s FLOAT64: Covered time whose counter was not believed, s.
-- quality STRING: measured, filled, disputed, partial or missing: the gravest that is true of any part of the day.
-- gaps INT64: Number of gaps; one that began on an earlier day counts again.
-- longest_gap_s FLOAT64: The longest gap within the day, s; 0 without one.
-- readings INT64: Readings of the day's file; NULL where there is none.
-- duplicates INT64: Messages that repeated a known value.
-- conflicts INT64: Messages that contradicted a known value of the same instant.
-- quarantined INT64: Messages of the device, all channels, that arrived on the UTC day of this date and were not understood.
-- integral_to_counter FLOAT64: Integral of power by what the counter shows, over the time that both cover. NULL without energy.
-- usual_integral_to_counter FLOAT64: The same over the 28 days before. NULL without energy.
-- drift FLOAT64: The former by the latter, less 1: a constant ratio other than 1 is a matter of the metering point, a drift is a fault.

WITH usual AS (
  SELECT
    *,
    SAFE_DIVIDE(SUM(ratio_integral_wh) OVER before_it, SUM(ratio_counter_wh) OVER before_it) AS usual_integral_to_counter
  FROM `wattlake.data_quality_daily`
  WHERE date BETWEEN DATE_SUB(from_date, INTERVAL 28 DAY) AND to_date
  WINDOW before_it AS (
    PARTITION BY site, device, channel ORDER BY UNIX_DATE(date) RANGE BETWEEN 28 PRECEDING AND 1 PRECEDING
  )
)

SELECT
  site, date, device, channel, coverage, disputed_s, quality, gaps, longest_gap_s, readings, duplicates, conflicts, quarantined,
  integral_to_counter, usual_integral_to_counter,
  SAFE_DIVIDE(integral_to_counter, usual_integral_to_counter) - 1 AS drift
FROM usual
WHERE date >= from_date
