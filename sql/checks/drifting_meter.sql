-- drifting_meter: Power and counter stay within a twentieth of the ratio that they had in the four weeks before, or within four times what it moves from day to day.
WITH days AS (
  SELECT site, device, channel, date, integral_to_counter AS ratio
  FROM `wattlake.data_quality_daily`
  -- Of less than a kilowatt hour the counter's own steps are a part that counts.
  WHERE date BETWEEN DATE_SUB(from_date, INTERVAL 28 DAY) AND to_date AND ratio_counter_wh >= 1000
),

-- A meter that reports seldom has a ratio that moves by itself.
usual AS (
  SELECT site, device, channel, AVG(ratio) AS ratio, STDDEV(ratio) AS spread
  FROM days
  WHERE date < from_date
  GROUP BY site, device, channel
  HAVING COUNT(*) >= 7
),

drifts AS (
  SELECT d.site, d.device, d.channel, d.date, ABS(d.ratio / u.ratio - 1) AS drift, 4 * u.spread / u.ratio AS noise
  FROM days AS d
  JOIN usual AS u ON u.site = d.site AND u.device = d.device AND u.channel = d.channel
  WHERE d.date >= from_date
)

SELECT
  site || ', ' || device || ' channel ' || CAST(channel AS STRING) || ', ' || CAST(date AS STRING)
    || ': power and counter have drifted apart by ' || CAST(CAST(ROUND(100 * drift) AS INT64) AS STRING) || ' %.' AS finding
FROM drifts
WHERE drift > 0.05 AND drift > noise
