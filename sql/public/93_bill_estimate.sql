-- bill_estimate: What each billing period of the site's contract will come to: the bill of what is known, and for the time that is not the site's own use of the last 28 recorded days, by quarter hour, workday or weekend.
-- site STRING: The site.
-- plan STRING: The tariff plan.
-- period_start DATE: First local day of the billing period.
-- period_end DATE: First local day after it.
-- currency STRING: Currency of the amounts, ISO 4217.
-- known_gross FLOAT64: The bill of what is known, with tax and all charges of the period, without a minimum.
-- expected_gross FLOAT64: What is expected beside it. A price that is not known yet, or that blocks decide, is the mean of the component so far in the period; NULL where there is none.
-- estimate_gross FLOAT64: Both together, and no less than the plan's minimum.
-- expected_share FLOAT64: Part of the period's time that is expected and not known, 0 to 1: of the line that knows least.
-- is_example BOOL: TRUE where no source gave a price.

WITH energy AS (
  SELECT
    e.site, e.date, e.import_wh, e.export_wh,
    DIV(TIMESTAMP_DIFF(e.slot_start, d.day_start, MINUTE), 15) AS quarter,
    EXTRACT(DAYOFWEEK FROM e.date) IN (1, 7) AS is_weekend,
    MAX(e.date) OVER (PARTITION BY e.site) AS last_date
  FROM `wattlake.billed_energy` AS e
  JOIN `wattlake.site_days` AS d ON d.site = e.site AND d.date = e.date
),

latest AS (
  SELECT * FROM energy WHERE date > DATE_SUB(last_date, INTERVAL 28 DAY)
),

profiles AS (
  SELECT
    site, is_weekend, quarter,
    AVG(import_wh) / 1000 AS import_kwh,
    AVG(export_wh) / 1000 AS export_kwh
  FROM latest
  GROUP BY site, is_weekend, quarter
),

-- For quarters of which no day of their kind is recorded.
means AS (
  SELECT site, AVG(import_wh) / 1000 AS import_kwh, AVG(export_wh) / 1000 AS export_kwh FROM latest GROUP BY site
),

own_bill AS (
  SELECT * FROM `wattlake.bill` WHERE is_own
),

known AS (
  SELECT
    site, plan, period_start, component,
    SAFE_DIVIDE(SUM(net), SUM(quantity)) AS net_per_kwh,
    MAX(unknown_share) AS expected_share
  FROM own_bill
  WHERE unit = 'kWh'
  GROUP BY site, plan, period_start, component
),

missing AS (
  SELECT
    m.site, m.plan, m.period_start, m.component,
    IF(
      m.direction = 'import',
      IFNULL(p.import_kwh, a.import_kwh),
      IFNULL(p.export_kwh, a.export_kwh)
    ) AS expected_kwh,
    IFNULL(m.sign * m.price, k.net_per_kwh) * (1 + m.vat) AS gross_per_kwh
  FROM `wattlake.metered_slots` AS m
  JOIN known AS k
    ON k.site = m.site AND k.plan = m.plan AND k.period_start = m.period_start AND k.component = m.component
  JOIN `wattlake.site_days` AS d ON d.site = m.site AND d.date = m.date
  JOIN means AS a ON a.site = m.site
  LEFT JOIN profiles AS p
    ON p.site = m.site AND p.is_weekend = (EXTRACT(DAYOFWEEK FROM m.date) IN (1, 7))
    AND p.quarter = DIV(TIMESTAMP_DIFF(m.slot_start, d.day_start, MINUTE), 15)
  WHERE m.is_own AND m.energy_kwh IS NULL
),

expected AS (
  SELECT
    site, plan, period_start,
    IF(COUNTIF(gross_per_kwh IS NULL) = 0, SUM(expected_kwh * gross_per_kwh), NULL) AS expected_gross,
    COUNT(*) AS slots
  FROM missing
  GROUP BY site, plan, period_start
),

shares AS (
  SELECT site, plan, period_start, MAX(expected_share) AS expected_share FROM known GROUP BY site, plan, period_start
),

bills AS (
  SELECT
    site, plan, period_start, period_end, currency,
    SUM(IF(component = 'minimum', NULL, gross)) AS known_gross,
    LOGICAL_OR(is_example) AS is_example
  FROM own_bill
  GROUP BY site, plan, period_start, period_end, currency
),

sums AS (
  SELECT
    b.*, s.expected_share, p.minimum_amount,
    IF(e.slots IS NULL, 0.0, e.expected_gross) AS expected_gross
  FROM bills AS b
  JOIN shares AS s ON s.site = b.site AND s.plan = b.plan AND s.period_start = b.period_start
  JOIN `wattlake.billing_periods` AS p
    ON p.site = b.site AND p.plan = b.plan AND p.period_start = b.period_start AND p.is_own
  LEFT JOIN expected AS e ON e.site = b.site AND e.plan = b.plan AND e.period_start = b.period_start
)

SELECT
  site, plan, period_start, period_end, currency, known_gross, expected_gross,
  GREATEST(IFNULL(known_gross, 0) + expected_gross, IFNULL(minimum_amount, IFNULL(known_gross, 0) + expected_gross))
    AS estimate_gross,
  expected_share, is_example
FROM sums
