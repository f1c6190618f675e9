-- cost_daily: What each local day costs under the site's own contract, by component and band, without fixed and demand charges. A filter on site and date reaches the files, but for components with blocks: those need the earlier days of the site.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- plan STRING: The tariff plan.
-- period_start DATE: First local day of the billing period.
-- component STRING: The plan's component.
-- component_name STRING: Name of the component.
-- kind STRING: energy, network, tax, levy, credit or feed_in.
-- direction STRING: import or export.
-- version DATE: First local day on which this version of the component's price holds.
-- band STRING: Name of the band.
-- energy_wh FLOAT64: The energy that is priced, Wh; NULL where nothing is known.
-- price FLOAT64: Net price per kWh, the mean of the energy whose price is known.
-- net FLOAT64: The cost without tax of what is known; export is a negative cost. NULL where nothing is known.
-- vat FLOAT64: Value added tax on it.
-- gross FLOAT64: The cost with tax.
-- at_least FLOAT64: The least that the band costs, with tax, whatever its unknown time holds; NULL where a price is not known.
-- at_most FLOAT64: The most, if the site's connection carries all that it can in the unknown time.
-- measured_share FLOAT64: Part of the band's time for which power is known, 0 to 1.
-- filled_share FLOAT64: Part of it for which the counter tells the energy of a gap.
-- unknown_share FLOAT64: Part of it about which nothing is known.
-- is_price_known BOOL: FALSE where the price of a slot is not known yet.
-- is_example BOOL: TRUE where no source gave the price.
SELECT
  site, date, plan, period_start, component, component_name, kind, direction, version, band,
  SUM(energy_wh) AS energy_wh,
  IF(
    MIN(price) = MAX(price),
    MIN(price),
    SAFE_DIVIDE(SUM(energy_wh * price), SUM(IF(price IS NULL, NULL, energy_wh)))
  ) AS price,
  SUM(net) AS net,
  SUM(vat) AS vat,
  SUM(gross) AS gross,
  IF(LOGICAL_AND(is_price_known), SUM(at_least), NULL) AS at_least,
  IF(LOGICAL_AND(is_price_known), SUM(at_most), NULL) AS at_most,
  SUM(measured_s) / SUM(measured_s + filled_s + unknown_s) AS measured_share,
  SUM(filled_s) / SUM(measured_s + filled_s + unknown_s) AS filled_share,
  SUM(unknown_s) / SUM(measured_s + filled_s + unknown_s) AS unknown_share,
  LOGICAL_AND(is_price_known) AS is_price_known,
  LOGICAL_OR(is_example) AS is_example
FROM `wattlake.cost_slots`
GROUP BY site, date, plan, period_start, component, component_name, kind, direction, version, band
