-- cost_slots: What each 15-minute slot costs under the site's own contract, by component, without fixed and demand charges. A filter on site and date reaches the files, but for components with blocks: those need the earlier days of the site.
-- site STRING: The site.
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
-- energy_wh FLOAT64: The energy that is priced, Wh; NULL where it is not known.
-- price FLOAT64: Net price per kWh, the mean where the slot lies in two blocks; NULL where it is not known yet.
-- net FLOAT64: The cost without tax; export is a negative cost. NULL where energy or price is not known.
-- vat_rate FLOAT64: Value added tax, a fraction.
-- vat FLOAT64: Value added tax on it.
-- gross FLOAT64: The cost with tax.
-- at_least FLOAT64: The least that the slot costs, with tax, whatever its unknown time holds; NULL where the price is not known.
-- at_most FLOAT64: The most, if the site's connection carries all that it can in the unknown time.
-- quality STRING: measured, filled, disputed, partial or missing.
-- measured_s FLOAT64: Time for which power is known, s.
-- filled_s FLOAT64: Time beyond it for which energy is known, s.
-- unknown_s FLOAT64: Time about which nothing is known, s.
-- is_price_known BOOL: FALSE where the price is not known yet.
-- is_example BOOL: TRUE where no source gave the price.

-- The blocks of a slot are of one time.
WITH sums AS (
  SELECT
    site, date, slot_start, plan, period_start, component, component_name, kind, direction, version, band,
    MAX(vat) AS vat,
    MAX(quality) AS quality,
    MAX(measured_s) AS measured_s,
    MAX(filled_s) AS filled_s,
    MAX(unknown_s) AS unknown_s,
    LOGICAL_OR(is_example) AS is_example,
    SUM(energy_kwh) AS energy_kwh,
    MIN(price) AS least_price,
    MAX(price) AS most_price,
    SUM(energy_kwh * price) AS exact_net,
    SUM(net) AS net,
    SUM(low_net) AS low_net,
    SUM(high_net) AS high_net
  FROM `wattlake.priced_slots`
  WHERE is_own AND is_recorded
  GROUP BY site, date, slot_start, plan, period_start, component, component_name, kind, direction, version, band
)

SELECT
  site, date, slot_start, plan, period_start, component, component_name, kind, direction, version, band,
  energy_kwh * 1000 AS energy_wh,
  IF(least_price = most_price, least_price, SAFE_DIVIDE(exact_net, energy_kwh)) AS price,
  net,
  vat AS vat_rate,
  net * vat AS vat,
  net * (1 + vat) AS gross,
  (IFNULL(net, 0) + low_net) * (1 + vat) AS at_least,
  (IFNULL(net, 0) + high_net) * (1 + vat) AS at_most,
  quality, measured_s, filled_s, unknown_s,
  least_price IS NOT NULL AS is_price_known,
  is_example
FROM sums
