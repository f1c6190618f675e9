-- period_comparison: Energy and cost of each month beside the month before and the same month of the year before, as means of a recorded day, so that months of different length compare. Cost is that of energy, without fixed and demand charges.
-- site STRING: The site.
-- month DATE: First day of the month.
-- days INT64: Days of the month with readings, or within an outage.
-- consumption_per_day_wh FLOAT64: What the site uses, Wh a day; NULL where it is not known.
-- previous_consumption_per_day_wh FLOAT64: What it used in the month before, Wh a day; NULL without a record of it.
-- year_before_consumption_per_day_wh FLOAT64: What it used in this month of the year before, Wh a day.
-- import_per_day_wh FLOAT64: Energy bought, Wh a day.
-- previous_import_per_day_wh FLOAT64: Energy bought in the month before, Wh a day.
-- year_before_import_per_day_wh FLOAT64: Energy bought in this month of the year before, Wh a day.
-- gross_per_day FLOAT64: Cost of energy with tax, less what is sold, a day; NULL where nothing of it is known.
-- previous_gross_per_day FLOAT64: That cost in the month before, a day.
-- year_before_gross_per_day FLOAT64: That cost in this month of the year before, a day.

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
)

SELECT
  m.site, m.month, m.days, m.consumption_per_day_wh,
  p.consumption_per_day_wh AS previous_consumption_per_day_wh,
  y.consumption_per_day_wh AS year_before_consumption_per_day_wh,
  m.import_per_day_wh,
  p.import_per_day_wh AS previous_import_per_day_wh,
  y.import_per_day_wh AS year_before_import_per_day_wh,
  m.gross_per_day,
  p.gross_per_day AS previous_gross_per_day,
  y.gross_per_day AS year_before_gross_per_day
FROM months AS m
LEFT JOIN months AS p ON p.site = m.site AND p.month = DATE_SUB(m.month, INTERVAL 1 MONTH)
LEFT JOIN months AS y ON y.site = m.site AND y.month = DATE_SUB(m.month, INTERVAL 1 YEAR)
