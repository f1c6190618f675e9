-- base_load_daily: What a site uses all the time, per local day: the power that nine tenths of the quarter hours of its night are above.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- base_load_w FLOAT64: The lowest tenth of the mean powers of the first six hours' quarter hours, W; NULL where fewer than 12 of them are known throughout.
-- night_slots INT64: How many of them are.
-- base_wh FLOAT64: The base load over the day's known time, Wh.
-- consumption_wh FLOAT64: What the site uses in that time, Wh.

-- Not the lowest: one slot in which a meter lags would be the base load.
WITH slots AS (
  SELECT
    s.site, s.date, s.consumption_wh,
    s.consumption_wh IS NOT NULL AND s.covered_s + s.filled_s = 900
      AND TIMESTAMP_DIFF(s.slot_start, d.day_start, MINUTE) < 360 AS is_night
  FROM `wattlake.site_slots` AS s
  JOIN `wattlake.site_days` AS d ON d.site = s.site AND d.date = s.date
),

ranked AS (
  SELECT
    *,
    COUNTIF(is_night) OVER (PARTITION BY site, date) AS night_slots,
    ROW_NUMBER() OVER (PARTITION BY site, date, is_night ORDER BY consumption_wh) AS slot_rank
  FROM slots
),

days AS (
  SELECT
    site, date,
    MAX(night_slots) AS night_slots,
    MAX(IF(is_night AND night_slots >= 12 AND slot_rank = DIV(night_slots + 9, 10), consumption_wh * 4, NULL)) AS base_load_w,
    COUNT(consumption_wh) AS known_slots,
    SUM(consumption_wh) AS consumption_wh
  FROM ranked
  GROUP BY site, date
)

SELECT
  site, date, base_load_w, night_slots,
  base_load_w * known_slots / 4 AS base_wh,
  consumption_wh
FROM days
