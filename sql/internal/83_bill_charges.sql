-- bill_charges: The fixed charges of each billing period. One that depends on the use of a year goes by the import that is known of the year that ends with the period.
-- site STRING: The site.
-- plan STRING: The tariff plan.
-- period_start DATE: First local day of the billing period.
-- part INT64: 1 energy, 2 charges, 3 demand: their order on the bill.
-- component STRING: The plan's component.
-- component_name STRING: Name of the component.
-- kind STRING: What the component is for.
-- direction STRING: import or export.
-- version DATE: First local day on which this version of the component holds.
-- band STRING: Name of the band; NULL for a charge.
-- block INT64: Number of the block, from 1; NULL without blocks.
-- quantity FLOAT64: What is charged, in the unit, rounded as the plan says; NULL where nothing of it is known.
-- unit STRING: kWh, kW, day, month and so on.
-- price FLOAT64: Net price per unit, the mean where it changes within the line; NULL where none is known.
-- net FLOAT64: The amount without tax, rounded as the plan says; NULL where nothing of it is known.
-- low_net FLOAT64: What unknown time can add at least; NULL where a price is not known.
-- high_net FLOAT64: What it can add at most.
-- vat FLOAT64: Value added tax, a fraction.
-- measured_s FLOAT64: Time for which power is known, s; NULL for a charge.
-- filled_s FLOAT64: Time beyond it for which energy is known, s.
-- unknown_s FLOAT64: Time about which nothing is known, s.
-- is_price_known BOOL: FALSE where a price is not known yet.
-- is_example BOOL: TRUE where no source gave the price.

WITH years AS (
  SELECT p.site, p.plan, p.period_start, SUM(d.import_wh) / 1000 AS annual_kwh
  FROM `wattlake.billing_periods` AS p
  JOIN `wattlake.site_daily` AS d
    ON d.site = p.site AND d.date >= DATE_SUB(p.period_end, INTERVAL 1 YEAR) AND d.date < p.period_end
  GROUP BY p.site, p.plan, p.period_start
),

charged AS (
  SELECT c.*, p.amount_step, p.amount_mode, IFNULL(y.annual_kwh, 0) AS annual_kwh
  FROM `wattlake.tariff_charges` AS c
  JOIN `wattlake.billing_periods` AS p ON p.site = c.site AND p.plan = c.plan AND p.period_start = c.period_start
  LEFT JOIN years AS y ON y.site = c.site AND y.plan = c.plan AND y.period_start = c.period_start
)

SELECT
  site, plan, period_start,
  2 AS part,
  component, component_name, kind,
  'import' AS direction,
  version,
  CAST(NULL AS STRING) AS band,
  CAST(NULL AS INT64) AS block,
  quantity, unit, price,
  `wattlake.rounded`(quantity * price, amount_step, amount_mode) AS net,
  0.0 AS low_net,
  0.0 AS high_net,
  vat,
  CAST(NULL AS FLOAT64) AS measured_s,
  CAST(NULL AS FLOAT64) AS filled_s,
  CAST(NULL AS FLOAT64) AS unknown_s,
  TRUE AS is_price_known,
  is_example
FROM charged
WHERE annual_kwh >= IFNULL(min_annual_kwh, 0) AND (max_annual_kwh IS NULL OR annual_kwh < max_annual_kwh)
