-- period_comparison: Energy and cost of each month beside the month before and the same month of the year before, as means of a recorded day, so that months of different length compare. Cost is that of energy, without fixed and demand charges.
-- site STRING: The site.
-- month DATE: First day of the month.
-- days INT64: Days of the month with readings, or within an outage.
-- consumption_per_day_wh FLOAT64: What the site uses, Wh a day; NULL where it is not known.
-- previous_consumption_per_day_wh FLOAT64: The same in the month before; NULL without a record of it.
-- year_before_consumption_per_day_wh FLOAT64: The same in this month of the year before.
-- import_per_day_wh FLOAT64: Energy bought, Wh a day.
-- previous_import_per_day_wh FLOAT64: The same in the month before.
-- year_before_import_per_day_wh FLOAT64: The same in this month of the year before.
-- gross_per_day FLOAT64: Cost of energy with tax, less what is sold, a day; NULL where nothing of it is known.
-- previous_gross_per_day FLOAT64: The same in the month before.
-- year_before_gross_per_day FLOAT64: The same in this month of the year before.

WITH costs AS (
  SELECT site, date, SUM(gross) AS gross FROM `wattlake.cost_daily` GROUP BY site, date
),

months AS (
  SELECT
    d.site,
    DATE_TRUNC(d.date, MONTH) AS month,
    COUNT(*) AS days,
    IF(COUNTIF(d.consumption_wh IS NULL) = 0, SUM(d.consumption_wh) / COUNT(*), NULL) AS consumption_per_day_wh,
    SUM(d.import_wh) / COUNT(*) AS import_per_day_wh,
    SUM(c.gross) / COUNT(*) AS gross_per_day
  FROM `wattlake.site_daily` AS d
  LEFT JOIN costs AS c ON c.site = d.site AND c.date = d.date
  GROUP BY d.site, month
),

numbered AS (
  SELECT *, EXTRACT(YEAR FROM month) * 12 + EXTRACT(MONTH FROM month) AS month_number FROM months
)

SELECT
  site, month, days, consumption_per_day_wh,
  SUM(consumption_per_day_wh) OVER previous AS previous_consumption_per_day_wh,
  SUM(consumption_per_day_wh) OVER year_before AS year_before_consumption_per_day_wh,
  import_per_day_wh,
  SUM(import_per_day_wh) OVER previous AS previous_import_per_day_wh,
  SUM(import_per_day_wh) OVER year_before AS year_before_import_per_day_wh,
  gross_per_day,
  SUM(gross_per_day) OVER previous AS previous_gross_per_day,
  SUM(gross_per_day) OVER year_before AS year_before_gross_per_day
FROM numbered
WINDOW
  previous AS (PARTITION BY site ORDER BY month_number RANGE BETWEEN 1 PRECEDING AND 1 PRECEDING),
  year_before AS (PARTITION BY site ORDER BY month_number RANGE BETWEEN 12 PRECEDING AND 12 PRECEDING)
