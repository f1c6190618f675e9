-- metered_slots: The slots of every plan of a site with the energy that each component counts. A slot that no meter tells of is there too, without energy.
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
-- sign FLOAT64: 1 for import, -1 for export, which is a negative cost.
-- version DATE: First local day on which this version of the component holds.
-- band STRING: Name of the band.
-- price FLOAT64: Net price per kWh; NULL where it is not known or blocks decide.
-- has_blocks BOOL: TRUE where the use so far decides on the price.
-- vat FLOAT64: Value added tax, a fraction.
-- is_example BOOL: TRUE where no source gave the price.
-- energy_kwh FLOAT64: What is counted, kWh, rounded where the plan rounds each slot; NULL where it is not known.
-- unknown_kwh FLOAT64: What the site's connection can carry beyond it in the time that is not known, kWh.
-- quality STRING: measured, filled, disputed, partial or missing.
-- measured_s FLOAT64: Time for which power is known, s.
-- filled_s FLOAT64: Time beyond it for which energy is known, s.
-- unknown_s FLOAT64: The rest of the slot, s.
-- is_recorded BOOL: TRUE where the slot lies within the record of the site.
-- amount_step FLOAT64: The step to which each slot's amount is rounded.
-- amount_mode STRING: half_up or half_even; NULL where slots' amounts are not rounded.

WITH connections AS (
  SELECT site, MAX(grid_max_power_w) AS max_power_w FROM `wattlake.site_periods` GROUP BY site
),

priced AS (
  SELECT
    t.site, t.plan, t.date, t.slot_start, t.component, t.component_name, t.kind, t.direction, t.version, t.band, t.price,
    t.has_blocks, t.vat, t.is_example,
    p.is_own, p.period_start, p.netting, p.quantity_step_kwh, p.amount_step,
    IF(p.quantity_rounding = 'slot', p.quantity_mode, NULL) AS quantity_mode,
    IF(p.amount_rounding = 'slot', p.amount_mode, NULL) AS amount_mode
  FROM `wattlake.tariff_slots` AS t
  JOIN `wattlake.billing_periods` AS p
    ON p.site = t.site AND p.plan = t.plan AND t.date >= p.period_start AND t.date < p.period_end
  WHERE t.kind <> 'demand'
),

counted AS (
  SELECT
    p.*, e.quality, e.measured_s, e.filled_s,
    e.site IS NOT NULL AS is_recorded,
    CASE
      WHEN p.direction = 'import' AND p.netting = 'hour' THEN e.hour_import_wh
      WHEN p.direction = 'import' THEN e.import_wh
      WHEN p.netting = 'hour' THEN e.hour_export_wh
      ELSE e.export_wh
    END / 1000 AS kwh
  FROM priced AS p
  LEFT JOIN `wattlake.billed_energy` AS e ON e.site = p.site AND e.date = p.date AND e.slot_start = p.slot_start
),

-- A slot whose energy is not known may still be covered: its hour is netted, and another slot of it is not known.
told AS (
  SELECT
    * EXCEPT (quality, measured_s, filled_s),
    IF(kwh IS NULL, 'missing', quality) AS quality,
    IF(kwh IS NULL, 0.0, measured_s) AS measured_s,
    IF(kwh IS NULL, 0.0, filled_s) AS filled_s
  FROM counted
)

SELECT
  t.site, t.plan, t.is_own, t.period_start, t.date, t.slot_start, t.component, t.component_name, t.kind, t.direction,
  IF(t.direction = 'export', -1.0, 1.0) AS sign,
  t.version, t.band, t.price, t.has_blocks, t.vat, t.is_example,
  `wattlake.rounded`(t.kwh, t.quantity_step_kwh, t.quantity_mode) AS energy_kwh,
  c.max_power_w / 1000 * (900 - t.measured_s - t.filled_s) / 3600 AS unknown_kwh,
  t.quality, t.measured_s, t.filled_s,
  900 - t.measured_s - t.filled_s AS unknown_s,
  t.is_recorded, t.amount_step, t.amount_mode
FROM told AS t
LEFT JOIN connections AS c ON c.site = t.site
