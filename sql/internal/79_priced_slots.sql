-- priced_slots: The cost of every slot under every plan of a site, by component and block. A filter on site and date reaches the files, but for components with blocks: those read the earlier days of the site.
-- site STRING: The site.
-- plan STRING: The tariff plan.
-- is_own BOOL: TRUE for the site's contract.
-- period_start DATE: First local day of the billing period.
-- date DATE: Local day of the site.
-- slot_start TIMESTAMP: Start of the slot, UTC.
-- component STRING: The plan's component.
-- component_name STRING: Name of the component.
-- kind STRING: What the component is for.
-- direction STRING: import or export.
-- version DATE: First local day on which this version of the component holds.
-- band STRING: Name of the band.
-- block INT64: Number of the block, from 1; NULL without blocks.
-- energy_kwh FLOAT64: What is counted, kWh; NULL where it is not known.
-- price FLOAT64: Net price per kWh; NULL where it is not known yet.
-- vat FLOAT64: Value added tax, a fraction.
-- net FLOAT64: The cost without tax, negative for export; NULL where energy or price is not known.
-- low_net FLOAT64: What the time that is not known can add at least: 0, or less where the price is negative or energy is exported. NULL where the price is not known.
-- high_net FLOAT64: What it can add at most.
-- quality STRING: measured, filled, disputed, partial or missing.
-- measured_s FLOAT64: Time for which power is known, s.
-- filled_s FLOAT64: Time beyond it for which energy is known, s.
-- unknown_s FLOAT64: The rest of the slot, s.
-- is_recorded BOOL: TRUE where the slot lies within the record of the site.
-- is_example BOOL: TRUE where no source gave the price.

WITH prices AS (
  SELECT
    site, plan, is_own, period_start, date, slot_start, component, component_name, kind, direction, sign, version, band,
    CAST(NULL AS INT64) AS block,
    energy_kwh, price, price AS least_price, price AS most_price, vat, unknown_kwh,
    quality, measured_s, filled_s, unknown_s, is_recorded, is_example, amount_step, amount_mode
  FROM `wattlake.metered_slots`
  WHERE NOT has_blocks
  -- blocks
  UNION ALL
  SELECT
    site, plan, is_own, period_start, date, slot_start, component, component_name, kind, direction, sign, version, band,
    block, energy_kwh, price, least_price, most_price, vat, unknown_kwh,
    quality, measured_s, filled_s, unknown_s, is_recorded, is_example, amount_step, amount_mode
  FROM `wattlake.block_slots`
  -- end of blocks
)

SELECT
  site, plan, is_own, period_start, date, slot_start, component, component_name, kind, direction, version, band,
  block, energy_kwh, price, vat,
  sign * `wattlake.rounded`(energy_kwh * price, amount_step, amount_mode) AS net,
  LEAST(0, unknown_kwh * IF(sign > 0, least_price, -most_price)) AS low_net,
  GREATEST(0, unknown_kwh * IF(sign > 0, most_price, -least_price)) AS high_net,
  quality, measured_s, filled_s, unknown_s, is_recorded, is_example
FROM prices
