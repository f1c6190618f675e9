-- tariff_slots: What a kilowatt-hour costs in each 15-minute slot, by plan and component: 92, 96 or 100 slots a local day. The hours of demand charges are among them, without a price.
-- site STRING: The site.
-- plan STRING: The tariff plan.
-- date DATE: Local day of the site.
-- slot_start TIMESTAMP: Start of the slot, UTC.
-- component STRING: The plan's component.
-- component_name STRING: Name of the component.
-- kind STRING: energy, network, tax, levy, fixed, capacity, demand, credit or feed_in.
-- direction STRING: import or export: which energy is priced.
-- version DATE: First local day on which this version of the component holds.
-- band STRING: Name of the band.
-- price FLOAT64: Net price per kWh; NULL where it is not known yet, or where the use so far decides (has_blocks).
-- has_blocks BOOL: TRUE where the use so far decides on the price.
-- vat FLOAT64: Value added tax, a fraction of the net price.
-- is_example BOOL: TRUE where no source gave the price.

WITH windows AS (
  SELECT
    *,
    DIV(UNIX_MICROS(window_start), 900000000) AS first_slot,
    DIV(UNIX_MICROS(window_end), 900000000) - 1 AS last_slot
  FROM `wattlake.tariff_windows`
)

SELECT
  w.site, w.plan, w.date,
  TIMESTAMP_MICROS(slot * 900000000) AS slot_start,
  w.component, w.component_name, w.kind, w.direction, w.version, w.band, w.price, w.has_blocks, w.vat, w.is_example
FROM windows AS w, UNNEST(GENERATE_ARRAY(w.first_slot, w.last_slot)) AS slot
