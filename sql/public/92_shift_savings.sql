-- shift_savings: What moving a part of a day's import to its cheaper hours saves, under the site's contract: a range and a ceiling, never a promise. The day's energy stays the same, and no slot takes more than the connection carries.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- gross FLOAT64: What the day's import costs with tax, of what is known.
-- saving_10_percent FLOAT64: Saved where a tenth of what lies above the base load is moved; NULL where the base load is not known.
-- saving_20_percent FLOAT64: Where two tenths are.
-- saving_30_percent FLOAT64: Where three tenths are.
-- ceiling FLOAT64: Where all of it is moved by someone who knows the day beforehand.

-- The dearest energy goes to the cheapest room: both stand in a row by price, and what lies side by side is moved.
WITH slots AS (
  SELECT * FROM `wattlake.shiftable_slots`
),

moved AS (
  SELECT
    g.site, g.date, g.percent,
    MAX(g.day_gross) AS gross,
    -- A day without anything to move saves nothing; without a base load nothing is known.
    IF(COUNT(g.given_to_kwh) = 0, NULL, IFNULL(
      SUM((LEAST(g.given_to_kwh, t.taken_to_kwh) - GREATEST(g.given_from_kwh, t.taken_from_kwh)) * (g.price - t.price)),
      0
    )) AS saving
  FROM slots AS g
  LEFT JOIN slots AS t
    ON t.site = g.site AND t.date = g.date AND t.percent = g.percent
    AND t.price < g.price AND t.taken_from_kwh < g.given_to_kwh AND t.taken_to_kwh > g.given_from_kwh
  GROUP BY g.site, g.date, g.percent
)

SELECT
  site, date,
  MAX(gross) AS gross,
  MAX(IF(percent = 10, saving, NULL)) AS saving_10_percent,
  MAX(IF(percent = 20, saving, NULL)) AS saving_20_percent,
  MAX(IF(percent = 30, saving, NULL)) AS saving_30_percent,
  MAX(IF(percent = 100, saving, NULL)) AS ceiling
FROM moved
GROUP BY site, date
