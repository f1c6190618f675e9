-- shiftable_slots: What each slot could give to cheaper ones and take from dearer ones of its day, for several shares of what lies above the base load.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- slot_start TIMESTAMP: Start of the slot, UTC.
-- percent INT64: Share of what lies above the base load that can be moved: 10, 20, 30, or 100 for the ceiling.
-- price FLOAT64: What a kilowatt-hour costs in the slot, with tax, all components together.
-- day_gross FLOAT64: What the day's import costs, of what is known.
-- given_from_kwh FLOAT64: The energy that the day's dearer slots can give, kWh.
-- given_to_kwh FLOAT64: The same with this slot's.
-- taken_from_kwh FLOAT64: The energy that the day's cheaper slots can take, kWh: what the connection carries beyond theirs.
-- taken_to_kwh FLOAT64: The same with this slot's.

WITH connections AS (
  SELECT site, MAX(grid_max_power_w) / 4000 AS most_kwh FROM `wattlake.site_periods` GROUP BY site
),

prices AS (
  SELECT
    site, date, slot_start,
    MAX(energy_wh) / 1000 AS energy_kwh,
    SUM(price * (1 + vat_rate)) AS price,
    SUM(gross) AS gross,
    COUNTIF(price IS NULL OR energy_wh IS NULL) AS unknown_components
  FROM (
    SELECT site, date, slot_start, energy_wh, price, gross, vat_rate
    FROM `wattlake.cost_slots`
    WHERE direction = 'import'
  ) AS components
  GROUP BY site, date, slot_start
),

-- What is not known neither gives nor takes; without a base load nothing is known to be above it.
parts AS (
  SELECT
    p.site, p.date, p.slot_start, percent, p.price, p.gross,
    GREATEST(p.energy_kwh - b.base_load_w / 4000, 0) * percent / 100 AS given_kwh,
    GREATEST(c.most_kwh - p.energy_kwh, 0) AS taken_kwh
  FROM prices AS p
  JOIN `wattlake.base_load_daily` AS b ON b.site = p.site AND b.date = p.date
  JOIN connections AS c ON c.site = p.site, UNNEST([10, 20, 30, 100]) AS percent
  WHERE p.unknown_components = 0
)

SELECT
  site, date, slot_start, percent, price,
  SUM(gross) OVER (PARTITION BY site, date, percent) AS day_gross,
  SUM(given_kwh) OVER dearer - given_kwh AS given_from_kwh,
  SUM(given_kwh) OVER dearer AS given_to_kwh,
  SUM(taken_kwh) OVER cheaper - taken_kwh AS taken_from_kwh,
  SUM(taken_kwh) OVER cheaper AS taken_to_kwh
FROM parts
WINDOW
  dearer AS (
    PARTITION BY site, date, percent ORDER BY price DESC, slot_start ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  ),
  cheaper AS (
    PARTITION BY site, date, percent ORDER BY price, slot_start ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  )
