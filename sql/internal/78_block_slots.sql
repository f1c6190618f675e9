-- block_slots: The slots whose price depends on the use so far, by block: a slot that crosses a limit is two rows. Its use is counted from the first day of its scope on, so a slot is not known without the earlier days of its scope. What is not known counts as no use.
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
-- block INT64: Number of the block, from 1.
-- price FLOAT64: Net price per kWh of the block.
-- least_price FLOAT64: The lowest price of the scope's blocks.
-- most_price FLOAT64: The highest price of the scope's blocks.
-- vat FLOAT64: Value added tax, a fraction.
-- is_example BOOL: TRUE where no source gave the price.
-- energy_kwh FLOAT64: What of the slot's energy falls into the block, kWh; NULL where it is not known.
-- unknown_kwh FLOAT64: What the site's connection can carry in the time that is not known, kWh, in the block in which the slot begins.
-- quality STRING: measured, filled, disputed, partial or missing.
-- measured_s FLOAT64: Time for which power is known, s.
-- filled_s FLOAT64: Time beyond it for which energy is known, s.
-- unknown_s FLOAT64: The rest of the slot, s.
-- is_recorded BOOL: TRUE where the slot lies within the record of the site.
-- amount_step FLOAT64: The step to which each slot's amount is rounded.
-- amount_mode STRING: half_up or half_even; NULL where slots' amounts are not rounded.

WITH scopes AS (
  SELECT
    site, plan, component, version, band, scope_start, scope_end,
    MIN(price) AS least_price,
    MAX(price) AS most_price
  FROM `wattlake.tariff_blocks`
  GROUP BY site, plan, component, version, band, scope_start, scope_end
),

-- A scope's use goes on when the component's version changes within it.
used AS (
  SELECT
    m.* EXCEPT (price),
    s.band AS scope_band, s.scope_start, s.scope_end, s.least_price, s.most_price,
    IFNULL(
      SUM(m.energy_kwh) OVER (
        PARTITION BY m.site, m.plan, m.component, s.band, s.scope_start, s.scope_end ORDER BY m.slot_start
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ),
      0
    ) AS before_kwh
  FROM `wattlake.metered_slots` AS m
  JOIN scopes AS s
    ON s.site = m.site AND s.plan = m.plan AND s.component = m.component AND s.version = m.version
    AND m.date >= s.scope_start AND m.date < s.scope_end
    AND IFNULL(s.band = m.band, TRUE)
  WHERE m.has_blocks
),

numbered AS (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY site, plan, component, version, band, scope_start, scope_end ORDER BY from_kwh) AS block
  FROM `wattlake.tariff_blocks`
),

steps AS (
  SELECT
    u.*, b.block, b.price, b.from_kwh,
    u.before_kwh + IFNULL(u.energy_kwh, 0) AS after_kwh,
    IFNULL(b.until_kwh, 1e300) AS until_kwh
  FROM used AS u
  JOIN numbered AS b
    ON b.site = u.site AND b.plan = u.plan AND b.component = u.component AND b.version = u.version
    AND b.scope_start = u.scope_start AND b.scope_end = u.scope_end AND IFNULL(b.band, '') = IFNULL(u.scope_band, '')
)

SELECT
  site, plan, is_own, period_start, date, slot_start, component, component_name, kind, direction, sign, version, band, block,
  price, least_price, most_price, vat, is_example,
  IF(energy_kwh IS NULL, NULL, LEAST(after_kwh, until_kwh) - GREATEST(before_kwh, from_kwh)) AS energy_kwh,
  IF(before_kwh >= from_kwh, unknown_kwh, 0) AS unknown_kwh,
  quality, measured_s, filled_s, unknown_s, is_recorded, amount_step, amount_mode
FROM steps
WHERE before_kwh < until_kwh AND (before_kwh >= from_kwh OR after_kwh > from_kwh)
