-- bill: The bill of each billing period that the record reaches, line by line, under the site's contract and the plans that it is compared with. The time of a period that the record does not reach, such as the rest of the running one, is unknown.
-- site STRING: The site.
-- plan STRING: The tariff plan.
-- is_own BOOL: TRUE for the site's contract.
-- period_start DATE: First local day of the billing period.
-- period_end DATE: First local day after it.
-- line INT64: Number of the line: energy, then charges, demand, and what is missing to the minimum.
-- currency STRING: Currency of the amounts, ISO 4217.
-- component STRING: The plan's component; minimum for what is missing to the plan's minimum.
-- component_name STRING: Name of the component.
-- kind STRING: energy, network, tax, levy, fixed, capacity, demand, credit or feed_in.
-- direction STRING: import or export.
-- version DATE: First local day on which this version of the component holds.
-- band STRING: Name of the band; NULL for a charge.
-- block INT64: Number of the block, from 1; NULL without blocks.
-- quantity FLOAT64: What is charged, in the unit, rounded as the plan says; NULL where nothing of it is known.
-- unit STRING: kWh, kW, day, month and so on.
-- price FLOAT64: Net price per unit, the mean where it changes within the line; NULL where none is known.
-- net FLOAT64: The amount without tax of what is known, rounded as the plan says; export is negative. NULL where nothing of it is known.
-- vat_rate FLOAT64: Value added tax, a fraction.
-- vat FLOAT64: The tax. Where amounts are rounded, the sum of each rate is.
-- gross FLOAT64: The amount with tax.
-- at_least FLOAT64: The least that the line comes to, with tax, whatever unknown time holds; NULL where a price is not known.
-- at_most FLOAT64: The most, if the site's connection carries all that it can in the unknown time.
-- measured_share FLOAT64: Part of the line's time for which power is known, 0 to 1; NULL for a charge.
-- filled_share FLOAT64: Part of it for which the counter tells the energy of a gap.
-- unknown_share FLOAT64: Part of it about which nothing is known.
-- is_price_known BOOL: FALSE where a price is not known yet.
-- is_example BOOL: TRUE where no source gave the price.

WITH parts AS (
  SELECT * FROM `wattlake.bill_energy`
  UNION ALL
  SELECT * FROM `wattlake.bill_charges`
  UNION ALL
  SELECT * FROM `wattlake.bill_demand`
),

-- Without energy there is no bill.
billed AS (
  SELECT DISTINCT site, plan, period_start FROM parts WHERE part = 1
),

-- All windows are of one step: DuckDB plans what lies below windows twice. The parts it plans once, as they are asked for twice.
lines AS (
  SELECT
    b.*, p.is_own, p.period_end, p.currency, p.minimum_amount, p.amount_step, p.amount_mode,
    ROW_NUMBER() OVER (
      PARTITION BY b.site, b.plan, b.period_start
      ORDER BY b.part, b.component, b.version, IFNULL(b.band, ''), IFNULL(b.block, 0), b.price
    ) AS line,
    SUM(b.net) OVER (
      PARTITION BY b.site, b.plan, b.period_start, CAST(ROUND(b.vat * 1e6) AS INT64)
      ORDER BY b.part, b.component, b.version, IFNULL(b.band, ''), IFNULL(b.block, 0), b.price
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS rate_net
  FROM parts AS b
  JOIN billed AS e ON e.site = b.site AND e.plan = b.plan AND e.period_start = b.period_start
  JOIN `wattlake.billing_periods` AS p ON p.site = b.site AND p.plan = b.plan AND p.period_start = b.period_start
),

-- Tax is owed on the sum of a rate: a line takes what the sum's tax has come to with it, less what it had come to before.
taxed AS (
  SELECT
    *,
    `wattlake.rounded`(rate_net * vat, amount_step, amount_mode)
    - `wattlake.rounded`((rate_net - net) * vat, amount_step, amount_mode) AS vat_amount
  FROM lines
),

bounded AS (
  SELECT
    *,
    IFNULL(net + vat_amount, 0) + low_net * (1 + vat) AS at_least,
    IFNULL(net + vat_amount, 0) + high_net * (1 + vat) AS at_most
  FROM taxed
),

totals AS (
  SELECT
    site, plan, is_own, period_start, period_end, currency,
    MAX(minimum_amount) AS minimum_amount,
    MAX(amount_step) AS amount_step,
    MAX(amount_mode) AS amount_mode,
    COUNT(*) AS lines,
    SUM(net + vat_amount) AS gross,
    SUM(at_least) AS at_least,
    SUM(at_most) AS at_most,
    MAX(vat) AS vat,
    LOGICAL_AND(is_price_known) AS is_price_known,
    LOGICAL_OR(is_example) AS is_example
  FROM bounded
  GROUP BY site, plan, is_own, period_start, period_end, currency
),

-- The minimum has tax in it, at the highest rate of the bill.
minimums AS (
  SELECT
    *,
    `wattlake.rounded`(minimum_amount - gross, amount_step, amount_mode) AS missing_gross,
    `wattlake.rounded`((minimum_amount - gross) / (1 + vat), amount_step, amount_mode) AS missing_net
  FROM totals
  WHERE gross < minimum_amount
)

SELECT
  site, plan, is_own, period_start, period_end, line, currency, component, component_name, kind, direction, version, band,
  block, quantity, unit, price, net,
  vat AS vat_rate,
  vat_amount AS vat,
  net + vat_amount AS gross,
  at_least, at_most,
  SAFE_DIVIDE(measured_s, measured_s + filled_s + unknown_s) AS measured_share,
  SAFE_DIVIDE(filled_s, measured_s + filled_s + unknown_s) AS filled_share,
  SAFE_DIVIDE(unknown_s, measured_s + filled_s + unknown_s) AS unknown_share,
  is_price_known, is_example
FROM bounded
UNION ALL
SELECT
  site, plan, is_own, period_start, period_end,
  lines + 1 AS line,
  currency,
  'minimum' AS component,
  'Minimum bill' AS component_name,
  'fixed' AS kind,
  'import' AS direction,
  period_start AS version,
  NULL AS band,
  NULL AS block,
  1.0 AS quantity,
  'bill' AS unit,
  missing_net AS price,
  missing_net AS net,
  vat AS vat_rate,
  missing_gross - missing_net AS vat,
  missing_gross AS gross,
  IF(is_price_known, GREATEST(minimum_amount - at_most, 0), NULL) AS at_least,
  IF(is_price_known, GREATEST(minimum_amount - at_least, 0), NULL) AS at_most,
  NULL AS measured_share,
  NULL AS filled_share,
  NULL AS unknown_share,
  is_price_known, is_example
FROM minimums
