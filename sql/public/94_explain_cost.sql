-- explain_cost(of_site STRING, from_date DATE, to_date DATE): What the cost of the local days from_date to to_date, both included, is made of: each slot of each component with its energy, the version of its price, and what decided on it.
-- date DATE: Local day of the site.
-- slot_start TIMESTAMP: Start of the slot, UTC.
-- plan STRING: The tariff plan.
-- period_start DATE: First local day of the billing period.
-- component STRING: The plan's component.
-- component_name STRING: Name of the component.
-- kind STRING: energy, network, tax, levy, credit or feed_in.
-- direction STRING: import or export.
-- version DATE: First local day on which this version of the component's price holds.
-- band STRING: Name of the band.
-- block INT64: Number of the block, from 1; NULL without blocks. A slot that crosses a limit has a row in each.
-- rule STRING: What decided on the cost: the price of the band, or of the block; or that the price or the energy is not known.
-- energy_wh FLOAT64: The energy that is priced, Wh; NULL where it is not known.
-- price FLOAT64: Net price per kWh; NULL where it is not known yet.
-- net FLOAT64: The cost without tax; export is a negative cost. NULL where energy or price is not known.
-- vat_rate FLOAT64: Value added tax, a fraction.
-- gross FLOAT64: The cost with tax.
-- quality STRING: measured, filled, disputed, partial or missing.
-- is_example BOOL: TRUE where no source gave the price.
SELECT
  date, slot_start, plan, period_start, component, component_name, kind, direction, version, band, block,
  CASE
    WHEN price IS NULL THEN 'price not known'
    WHEN energy_kwh IS NULL THEN 'energy not known'
    WHEN block IS NOT NULL THEN 'price of the block'
    ELSE 'price of the band'
  END AS rule,
  energy_kwh * 1000 AS energy_wh,
  price, net,
  vat AS vat_rate,
  net * (1 + vat) AS gross,
  quality, is_example
FROM `wattlake.priced_slots`
WHERE is_own AND is_recorded AND site = of_site AND date BETWEEN from_date AND to_date
