-- bill_demand: The demand charges of each billing period: the mean power of the highest intervals. An interval of which a slot is not known does not count.
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

WITH connections AS (
  SELECT site, MAX(grid_max_power_w) / 1000 AS max_kw FROM `wattlake.site_periods` GROUP BY site
),

rules AS (
  SELECT d.*, p.period_end, p.amount_step, p.amount_mode
  FROM `wattlake.tariff_demand` AS d
  JOIN `wattlake.billing_periods` AS p ON p.site = d.site AND p.plan = d.plan AND p.period_start = d.period_start
),

slots AS (
  SELECT
    t.site, t.plan, t.component, t.date, e.import_wh,
    UNIX_SECONDS(t.slot_start) AS slot_s,
    IFNULL(e.measured_s, 0) AS measured_s,
    IFNULL(e.filled_s, 0) AS filled_s
  FROM `wattlake.tariff_slots` AS t
  LEFT JOIN `wattlake.billed_energy` AS e ON e.site = t.site AND e.date = t.date AND e.slot_start = t.slot_start
  WHERE t.kind = 'demand'
),

placed AS (
  SELECT
    r.site, r.plan, r.component, r.version, r.period_start, r.interval_minutes, r.one_per_day, r.highest,
    s.date, s.import_wh, s.measured_s, s.filled_s, s.slot_s,
    r.interval_minutes * 60 AS interval_s
  FROM rules AS r
  JOIN slots AS s
    ON s.site = r.site AND s.plan = r.plan AND s.component = r.component AND s.date >= r.period_start AND s.date < r.period_end
),

-- Intervals of an hour are those of the UTC clock.
intervals AS (
  SELECT
    site, plan, component, version, period_start, one_per_day, highest, interval_minutes, date,
    DIV(slot_s, interval_s) AS interval_number,
    IF(COUNTIF(import_wh IS NULL) = 0, SUM(import_wh) / 1000 * 60 / interval_minutes, NULL) AS power_kw,
    SUM(measured_s) AS measured_s,
    SUM(filled_s) AS filled_s,
    SUM(900 - measured_s - filled_s) AS unknown_s
  FROM placed
  GROUP BY site, plan, component, version, period_start, one_per_day, highest, interval_minutes, date, interval_number
),

times AS (
  SELECT
    site, plan, component, version, period_start,
    SUM(measured_s) AS measured_s,
    SUM(filled_s) AS filled_s,
    SUM(unknown_s) AS unknown_s
  FROM intervals
  GROUP BY site, plan, component, version, period_start
),

-- Of a day all intervals, or its highest alone.
daily AS (
  SELECT
    site, plan, component, version, period_start, highest, date,
    IF(one_per_day, 0, interval_number) AS place,
    MAX(power_kw) AS power_kw
  FROM intervals
  WHERE power_kw IS NOT NULL
  GROUP BY site, plan, component, version, period_start, highest, date, place
),

ranked AS (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY site, plan, component, version, period_start ORDER BY power_kw DESC
    ) AS period_rank
  FROM daily
),

averages AS (
  SELECT site, plan, component, version, period_start, AVG(power_kw) AS power_kw
  FROM ranked
  WHERE period_rank <= highest
  GROUP BY site, plan, component, version, period_start
),

peaks AS (
  SELECT r.*, GREATEST(a.power_kw, IFNULL(r.minimum_kw, 0)) AS peak_kw
  FROM rules AS r
  JOIN averages AS a
    ON a.site = r.site AND a.plan = r.plan AND a.component = r.component AND a.version = r.version
    AND a.period_start = r.period_start
),

-- One figure a period, whatever versions it has.
period_peaks AS (
  SELECT site, plan, component, period_start, MAX(peak_kw) AS peak_kw
  FROM peaks
  GROUP BY site, plan, component, period_start
),

means AS (
  SELECT p.site, p.plan, p.component, p.version, p.period_start, AVG(q.peak_kw) AS quantity_kw
  FROM peaks AS p
  JOIN period_peaks AS q
    ON q.site = p.site AND q.plan = p.plan AND q.component = p.component AND q.period_start <= p.period_start
    AND q.period_start > DATE_SUB(p.period_start, INTERVAL p.months MONTH)
  GROUP BY p.site, p.plan, p.component, p.version, p.period_start
)

SELECT
  p.site, p.plan, p.period_start,
  3 AS part,
  p.component, p.component_name,
  'demand' AS kind,
  'import' AS direction,
  p.version,
  CAST(NULL AS STRING) AS band,
  CAST(NULL AS INT64) AS block,
  m.quantity_kw AS quantity,
  'kW' AS unit,
  p.price,
  `wattlake.rounded`(m.quantity_kw * p.price, p.amount_step, p.amount_mode) AS net,
  0.0 AS low_net,
  IF(t.unknown_s > 0, GREATEST(c.max_kw - m.quantity_kw, 0) * p.price, 0) AS high_net,
  p.vat, t.measured_s, t.filled_s, t.unknown_s,
  p.price IS NOT NULL AS is_price_known,
  p.is_example
FROM peaks AS p
JOIN means AS m
  ON m.site = p.site AND m.plan = p.plan AND m.component = p.component AND m.version = p.version
  AND m.period_start = p.period_start
JOIN times AS t
  ON t.site = p.site AND t.plan = p.plan AND t.component = p.component AND t.version = p.version
  AND t.period_start = p.period_start
LEFT JOIN connections AS c ON c.site = p.site
