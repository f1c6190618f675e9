-- load_profile: The mean power of each quarter hour of the local clock, by month and weekday: when a site uses, buys and sells.
-- site STRING: The site.
-- month DATE: First day of the month.
-- weekday INT64: 1 Monday to 7 Sunday.
-- quarter INT64: Quarter hour of the local clock, 0 to 95; both of a repeated hour are in it.
-- consumption_w FLOAT64: Mean power that the site uses, W; NULL where none is known.
-- import_w FLOAT64: Mean power bought, W.
-- export_w FLOAT64: Mean power sold, W.
-- days INT64: Slots of this quarter hour that the site has, known or not.
-- consumption_days INT64: Of them those that the mean of consumption_w is of: it weighs as much where means are joined.
-- import_days INT64: Of them those that the means of import_w and export_w are of.

WITH zones AS (
  SELECT DISTINCT site, timezone FROM `wattlake.meters`
),

slots AS (
  SELECT
    s.site,
    DATE_TRUNC(s.date, MONTH) AS month,
    MOD(EXTRACT(DAYOFWEEK FROM s.date) + 5, 7) + 1 AS weekday,
    EXTRACT(HOUR FROM s.slot_start AT TIME ZONE z.timezone) AS hour,
    EXTRACT(MINUTE FROM s.slot_start AT TIME ZONE z.timezone) AS minute,
    s.consumption_wh, s.import_wh, s.export_wh
  FROM `wattlake.site_slots` AS s
  JOIN zones AS z ON z.site = s.site
)

SELECT
  site, month, weekday,
  hour * 4 + DIV(minute, 15) AS quarter,
  AVG(consumption_wh) * 4 AS consumption_w,
  AVG(import_wh) * 4 AS import_w,
  AVG(export_wh) * 4 AS export_w,
  COUNT(*) AS days,
  COUNT(consumption_wh) AS consumption_days,
  COUNT(import_wh) AS import_days
FROM slots
GROUP BY site, month, weekday, quarter
