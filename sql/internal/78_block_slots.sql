-- block_slots: The slots whose price depends on the use so far, by block: a slot that crosses a limit is two rows. Its use is counted from the first day of its scope on, so a slot is not known without the earlier days of its scope. What is not known counts as no use.
-- site STRING: The site.
-- plan STRING: The tariff plan.
-- component STRING: The plan's component.
-- version DATE: First local day on which this version of the component holds.
-- date DATE: Local day of the site.
-- slot_start TIMESTAMP: Start of the slot, UTC.
-- block INT64: Number of the block, from 1.
-- energy_kwh FLOAT64: What of the slot's energy falls into the block, kWh; NULL where it is not known.
-- price FLOAT64: Net price per kWh of the block.
-- is_first BOOL: TRUE for the block in which the slot begins.
-- least_price FLOAT64: The lowest price of the scope's blocks.
-- most_price FLOAT64: The highest price of the scope's blocks.

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
    m.site, m.plan, m.component, m.version, m.date, m.slot_start, m.energy_kwh,
    s.band, s.scope_start, s.scope_end, s.least_price, s.most_price,
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
    AND b.scope_start = u.scope_start AND b.scope_end = u.scope_end AND IFNULL(b.band, '') = IFNULL(u.band, '')
)

SELECT
  site, plan, component, version, date, slot_start, block,
  IF(energy_kwh IS NULL, NULL, LEAST(after_kwh, until_kwh) - GREATEST(before_kwh, from_kwh)) AS energy_kwh,
  price,
  before_kwh >= from_kwh AS is_first,
  least_price, most_price
FROM steps
WHERE before_kwh < until_kwh AND (before_kwh >= from_kwh OR after_kwh > from_kwh)
