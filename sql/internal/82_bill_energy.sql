-- bill_energy: The lines of energy of each billing period that the record reaches: a line a component, version, band and block.
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

WITH sums AS (
  SELECT
    site, plan, period_start, component, component_name, kind, direction, version, band, block,
    SUM(energy_kwh) AS energy_kwh,
    IF(
      MIN(price) = MAX(price),
      MIN(price),
      SAFE_DIVIDE(SUM(energy_kwh * price), SUM(IF(price IS NULL, NULL, energy_kwh)))
    ) AS price,
    SUM(net) AS net,
    SUM(low_net) AS low_net,
    SUM(high_net) AS high_net,
    MAX(vat) AS vat,
    SUM(measured_s) AS measured_s,
    SUM(filled_s) AS filled_s,
    SUM(unknown_s) AS unknown_s,
    COUNTIF(price IS NULL) = 0 AS is_price_known,
    LOGICAL_OR(is_example) AS is_example,
    LOGICAL_OR(is_recorded) AS is_recorded
  FROM `wattlake.priced_slots`
  GROUP BY site, plan, period_start, component, component_name, kind, direction, version, band, block
),

-- A bill begins with the record: periods before it and after it have none.
recorded AS (
  SELECT DISTINCT site, plan, period_start FROM sums WHERE is_recorded
),

asked AS (
  SELECT
    s.*,
    p.quantity_step_kwh, p.amount_step,
    IF(p.quantity_rounding = 'line', p.quantity_mode, NULL) AS line_quantity_mode,
    IF(p.quantity_rounding = 'band', p.quantity_mode, NULL) AS band_quantity_mode,
    IF(p.amount_rounding = 'line', p.amount_mode, NULL) AS line_amount_mode,
    IF(p.amount_rounding = 'band', p.amount_mode, NULL) AS band_amount_mode
  FROM sums AS s
  JOIN recorded AS r ON r.site = s.site AND r.plan = s.plan AND r.period_start = s.period_start
  JOIN `wattlake.billing_periods` AS p
    ON p.site = s.site AND p.plan = s.plan AND p.period_start = s.period_start
),

-- What is rounded by band is rounded once for all versions and blocks of it: a line takes what the band has come to with it,
-- less what it had come to before.
used AS (
  SELECT
    *,
    SUM(energy_kwh) OVER (
      PARTITION BY site, plan, period_start, component, band ORDER BY version, IFNULL(block, 0)
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS used_kwh
  FROM asked
),

quantities AS (
  SELECT
    *,
    CASE
      WHEN line_quantity_mode IS NOT NULL THEN `wattlake.rounded`(energy_kwh, quantity_step_kwh, line_quantity_mode)
      WHEN band_quantity_mode IS NOT NULL THEN
        `wattlake.rounded`(used_kwh, quantity_step_kwh, band_quantity_mode)
        - `wattlake.rounded`(used_kwh - energy_kwh, quantity_step_kwh, band_quantity_mode)
      ELSE energy_kwh
    END AS quantity
  FROM used
),

-- Where a price is not known the sum is of what is priced, and not of the quantity.
amounts AS (
  SELECT
    * EXCEPT (net),
    IF(
      is_price_known AND (line_quantity_mode IS NOT NULL OR band_quantity_mode IS NOT NULL),
      IF(direction = 'export', -1, 1) * quantity * IFNULL(price, 0),
      net
    ) AS net
  FROM quantities
),

summed AS (
  SELECT
    *,
    SUM(net) OVER (
      PARTITION BY site, plan, period_start, component, band ORDER BY version, IFNULL(block, 0)
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS band_net
  FROM amounts
)

SELECT
  site, plan, period_start,
  1 AS part,
  component, component_name, kind, direction, version, band, block, quantity,
  'kWh' AS unit,
  price,
  IF(
    band_amount_mode IS NOT NULL,
    `wattlake.rounded`(band_net, amount_step, band_amount_mode)
      - `wattlake.rounded`(band_net - net, amount_step, band_amount_mode),
    `wattlake.rounded`(net, amount_step, line_amount_mode)
  ) AS net,
  IF(is_price_known, low_net, NULL) AS low_net,
  IF(is_price_known, high_net, NULL) AS high_net,
  vat, measured_s, filled_s, unknown_s, is_price_known, is_example
FROM summed
