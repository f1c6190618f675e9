-- netted_export: Where a site's netting sums several grid channels: what of the summed power flows out, per 15-minute slot.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- slot_start TIMESTAMP: Start of the slot, UTC.
-- export_wh FLOAT64: Integral of the negative sum of the channels' simultaneous power, Wh, as a positive number, over the time that all of them in place cover.

-- Sites with one grid channel, or with channels that are billed apart, are not here.
WITH netted AS (
  SELECT number, first_slot * 900000000 AS first_us, end_slot * 900000000 AS end_us
  FROM `wattlake.site_channels`
  WHERE role = 'grid' AND site IN (SELECT site FROM `wattlake.site_periods` WHERE is_netted)
),

-- An interval counts while its channel is in place.
placed AS (
  SELECT
    i.site, i.date, i.start_us, i.start_power_w, i.end_power_w, i.slope_w_per_us,
    IF(i.start_us < n.first_us, n.first_us, i.start_us) AS from_us,
    IF(i.end_us > n.end_us, n.end_us, i.end_us) AS until_us,
    i.end_us
  FROM `wattlake.stretches` AS i
  JOIN netted AS n ON n.number = i.number
  WHERE i.start_power_w IS NOT NULL
),

grid AS (
  SELECT
    site, date, slope_w_per_us,
    from_us AS start_us,
    until_us AS end_us,
    start_power_w + slope_w_per_us * (from_us - start_us) AS start_power_w,
    end_power_w - slope_w_per_us * (end_us - until_us) AS end_power_w,
    DIV(from_us, 900000000) AS first_slot,
    DIV(until_us - 1, 900000000) - DIV(from_us, 900000000) AS edges
  FROM placed
  WHERE until_us > from_us
),

-- At its start (0) an interval adds its power, at its end (-1) it takes it away. At each slot edge inside it nothing
-- changes, but no stretch between two changes crosses one.
changes AS (
  SELECT
    site, date,
    CASE place WHEN 0 THEN start_us WHEN -1 THEN end_us ELSE (first_slot + place) * 900000000 END AS us,
    CASE place WHEN 0 THEN start_power_w WHEN -1 THEN -end_power_w ELSE 0.0 END AS power_w,
    CASE place WHEN 0 THEN slope_w_per_us WHEN -1 THEN -slope_w_per_us ELSE 0.0 END AS slope_w_per_us,
    CASE place WHEN 0 THEN 1 WHEN -1 THEN -1 ELSE 0 END AS covering
  FROM grid, UNNEST(GENERATE_ARRAY(-1, edges)) AS place
),

instants AS (
  SELECT
    site, date, us,
    SUM(power_w) AS power_w,
    SUM(slope_w_per_us) AS slope_w_per_us,
    SUM(covering) AS covering
  FROM changes
  GROUP BY site, date, us
),

slopes AS (
  SELECT
    site, date, us, power_w,
    LEAD(us) OVER w - us AS length_us,
    us - LAG(us) OVER w AS since_us,
    SUM(slope_w_per_us) OVER so_far AS slope_w_per_us,
    SUM(slope_w_per_us) OVER earlier AS slope_before_w_per_us,
    SUM(covering) OVER so_far AS covering
  FROM instants
  WINDOW
    w AS (PARTITION BY site, date ORDER BY us),
    so_far AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
    earlier AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),

sums AS (
  SELECT
    site, date, us, length_us, slope_w_per_us, covering,
    SUM(power_w + IFNULL(slope_before_w_per_us * since_us, 0)) OVER (
      PARTITION BY site, date ORDER BY us ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS start_power_w
  FROM slopes
),

stretches AS (
  SELECT
    site, date, covering, length_us, start_power_w,
    DIV(us, 900000000) AS slot,
    start_power_w + slope_w_per_us * length_us AS end_power_w
  FROM sums
  WHERE length_us IS NOT NULL
)

-- An interval over midnight is in both days: each takes its own slots of it.
SELECT
  s.site, s.date,
  TIMESTAMP_MICROS(s.slot * 900000000) AS slot_start,
  SUM(`wattlake.positive_integral_wh`(-start_power_w, -end_power_w, length_us)) AS export_wh
FROM stretches AS s
JOIN `wattlake.site_periods` AS p
  ON p.site = s.site AND p.is_netted AND s.slot >= p.first_slot AND s.slot < p.end_slot AND s.covering >= p.grid_channels
JOIN `wattlake.site_days` AS d ON d.site = s.site AND d.date = s.date
WHERE s.slot * 900000000 >= UNIX_MICROS(d.day_start) AND s.slot * 900000000 < UNIX_MICROS(d.day_end)
GROUP BY s.site, s.date, s.slot
