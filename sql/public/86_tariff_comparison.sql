-- tariff_comparison: What each billing period comes to under every plan of a site: the same energy, priced by each. Bills since a date are the sum of the periods from then on.
-- site STRING: The site.
-- plan STRING: The tariff plan.
-- is_own BOOL: TRUE for the site's contract.
-- period_start DATE: First local day of the billing period.
-- period_end DATE: First local day after it.
-- currency STRING: Currency of the amounts, ISO 4217.
-- import_kwh FLOAT64: Energy bought, kWh: of the component that counts most of it.
-- net FLOAT64: The bill without tax, of what is known.
-- vat FLOAT64: Value added tax.
-- gross FLOAT64: The bill with tax.
-- at_least FLOAT64: The least that it comes to, whatever unknown time holds; NULL where a price is not known.
-- at_most FLOAT64: The most.
-- own_gross FLOAT64: What the site's own contract comes to; NULL where its billing period is another.
-- difference FLOAT64: What the plan costs more than the own contract; negative where it is cheaper. The unknown time is in neither.
-- unknown_share FLOAT64: Part of the period's energy lines' time about which nothing is known, 0 to 1; the greatest of any line.
-- is_price_known BOOL: FALSE where a price is not known yet.
-- is_example BOOL: TRUE where no source gave a price.

WITH components AS (
  SELECT
    site, plan, is_own, period_start, period_end, currency, component,
    SUM(IF(unit = 'kWh' AND direction = 'import', quantity, 0)) AS import_kwh,
    SUM(net) AS net,
    SUM(vat) AS vat,
    SUM(gross) AS gross,
    IF(LOGICAL_AND(is_price_known), SUM(at_least), NULL) AS at_least,
    IF(LOGICAL_AND(is_price_known), SUM(at_most), NULL) AS at_most,
    MAX(unknown_share) AS unknown_share,
    LOGICAL_AND(is_price_known) AS is_price_known,
    LOGICAL_OR(is_example) AS is_example
  FROM `wattlake.bill`
  GROUP BY site, plan, is_own, period_start, period_end, currency, component
),

totals AS (
  SELECT
    site, plan, is_own, period_start, period_end, currency,
    MAX(import_kwh) AS import_kwh,
    SUM(net) AS net,
    SUM(vat) AS vat,
    SUM(gross) AS gross,
    IF(LOGICAL_AND(is_price_known), SUM(at_least), NULL) AS at_least,
    IF(LOGICAL_AND(is_price_known), SUM(at_most), NULL) AS at_most,
    MAX(unknown_share) AS unknown_share,
    LOGICAL_AND(is_price_known) AS is_price_known,
    LOGICAL_OR(is_example) AS is_example
  FROM components
  GROUP BY site, plan, is_own, period_start, period_end, currency
),

own AS (
  SELECT site, period_start, period_end, currency, gross FROM totals WHERE is_own
)

SELECT
  t.site, t.plan, t.is_own, t.period_start, t.period_end, t.currency, t.import_kwh, t.net, t.vat, t.gross, t.at_least,
  t.at_most,
  o.gross AS own_gross,
  t.gross - o.gross AS difference,
  t.unknown_share, t.is_price_known, t.is_example
FROM totals AS t
LEFT JOIN own AS o
  ON o.site = t.site AND o.period_start = t.period_start AND o.period_end = t.period_end AND o.currency = t.currency
