-- peak_demand: The highest mean power that a site takes from the grid, by month and length of the interval. Intervals of an hour are those of the UTC clock; one of which a slot is not known does not count.
-- site STRING: The site.
-- month DATE: First day of the month.
-- interval_minutes INT64: Length of the interval: 15, 30 or 60 minutes.
-- peak_kw FLOAT64: The highest mean power of an interval, kW; NULL where none is known.
-- peak_start TIMESTAMP: Start of that interval, UTC; of several the first.
-- peak_of_three_days_kw FLOAT64: Mean of the highest of the three days with the highest, kW.
-- unknown_share FLOAT64: Part of the recorded time whose import is not known, 0 to 1.

WITH slots AS (
  SELECT
    s.site, s.date, s.import_wh, minutes AS interval_minutes,
    minutes * 60 AS interval_s,
    UNIX_SECONDS(s.slot_start) AS slot_s
  FROM `wattlake.site_slots` AS s, UNNEST([15, 30, 60]) AS minutes
),

intervals AS (
  SELECT
    site, date, interval_minutes,
    DIV(slot_s, interval_s) * interval_minutes * 60 AS start_s,
    IF(COUNTIF(import_wh IS NULL) = 0, SUM(import_wh) / 1000 * 60 / interval_minutes, NULL) AS power_kw,
    COUNT(*) AS slots,
    COUNTIF(import_wh IS NULL) AS unknown_slots
  FROM slots
  GROUP BY site, date, interval_minutes, start_s
),

ranked AS (
  SELECT
    *,
    DATE_TRUNC(date, MONTH) AS month,
    ROW_NUMBER() OVER (PARTITION BY site, date, interval_minutes ORDER BY IFNULL(power_kw, -1) DESC, start_s) AS day_rank
  FROM intervals
),

highest AS (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY site, month, interval_minutes, day_rank ORDER BY IFNULL(power_kw, -1) DESC, start_s
    ) AS month_rank
  FROM ranked
)

SELECT
  site, month, interval_minutes,
  MAX(power_kw) AS peak_kw,
  MAX(IF(day_rank = 1 AND month_rank = 1 AND power_kw IS NOT NULL, TIMESTAMP_SECONDS(start_s), NULL)) AS peak_start,
  AVG(IF(day_rank = 1 AND month_rank <= 3, power_kw, NULL)) AS peak_of_three_days_kw,
  SUM(unknown_slots) / SUM(slots) AS unknown_share
FROM highest
GROUP BY site, month, interval_minutes
