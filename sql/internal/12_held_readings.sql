-- held_readings: day_readings, and what a meter says of a silent channel by speaking of another one: that its 0 W have not changed. Such a row has no values.
-- site STRING: The site.
-- date DATE: Local day of the partition.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- ts TIMESTAMP: Instant of the reading, UTC.
-- power_w FLOAT64: Active power, W; positive is import.
-- power_unknown BOOL: TRUE where the meter says that it does not know its power any more; otherwise NULL.
-- import_counter_wh FLOAT64: The meter's import counter, Wh.
-- export_counter_wh FLOAT64: The meter's export counter, Wh.
-- edge STRING: before or after on readings outside the day; NULL on the day's own.
-- recorded BOOL: Whether the daily file, the record, has it.

-- From generation 2 on a meter reports what has changed: a channel that it does not mention is as it was. That is taken at
-- its word for 0 W alone, a solar inverter at night, and only while another channel's readings prove that the meter is awake.
WITH shared_meters AS (
  SELECT site, device, DIV(MIN(max_gap_us), 2) AS period_us
  FROM `wattlake.channels`
  WHERE power_lasts
  GROUP BY site, device
  HAVING COUNT(*) > 1
),

-- Of half the longest gap, the first and the last reading stand for all: they leave no longer silence than there was.
periods AS (
  SELECT
    r.site, r.date, r.device, r.channel,
    IFNULL(r.edge, 'own') AS edge,
    DIV(UNIX_MICROS(r.ts), m.period_us) AS period,
    MIN(r.ts) AS first_ts,
    MAX(r.ts) AS last_ts,
    MAX(IF(r.power_w = 0, r.ts, NULL)) AS zero_ts,
    MAX(IF(r.power_w <> 0 OR r.power_unknown, r.ts, NULL)) AS other_ts
  FROM `wattlake.day_readings` AS r
  JOIN shared_meters AS m ON m.site = r.site AND m.device = r.device
  GROUP BY r.site, r.date, r.device, r.channel, r.edge, period
),

-- The same for each channel of the meter, whichever channel the readings are of.
spoken AS (
  SELECT
    p.site, p.date, p.device, c.channel, p.edge, p.period,
    MIN(p.first_ts) AS first_ts,
    MAX(p.last_ts) AS last_ts,
    MIN(IF(p.channel = c.channel, p.first_ts, NULL)) AS own_first_ts,
    MAX(IF(p.channel = c.channel, p.last_ts, NULL)) AS own_last_ts,
    MAX(IF(p.channel = c.channel, p.zero_ts, NULL)) AS zero_ts,
    MAX(IF(p.channel = c.channel, p.other_ts, NULL)) AS other_ts
  FROM periods AS p
  JOIN `wattlake.channels` AS c ON c.site = p.site AND c.device = p.device
  GROUP BY p.site, p.date, p.device, c.channel, p.edge, p.period
),

words AS (
  SELECT
    site, date, device, channel, edge, first_ts, last_ts, own_first_ts, own_last_ts,
    MAX(zero_ts) OVER earlier AS earlier_zero_ts,
    MAX(other_ts) OVER earlier AS earlier_other_ts,
    MAX(zero_ts) OVER so_far AS zero_ts,
    MAX(other_ts) OVER so_far AS other_ts
  FROM spoken
  WINDOW
    w AS (PARTITION BY site, date, device, channel ORDER BY first_ts),
    earlier AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
    so_far AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
)

SELECT
  site, date, device, channel, ts, power_w, power_unknown, import_counter_wh, export_counter_wh, edge, recorded
FROM `wattlake.day_readings`
UNION ALL
SELECT
  site, date, device, channel,
  IF(is_first, first_ts, last_ts) AS ts,
  CAST(NULL AS FLOAT64) AS power_w,
  CAST(NULL AS BOOL) AS power_unknown,
  CAST(NULL AS FLOAT64) AS import_counter_wh,
  CAST(NULL AS FLOAT64) AS export_counter_wh,
  NULLIF(edge, 'own') AS edge,
  TRUE AS recorded
FROM words, UNNEST([TRUE, FALSE]) AS is_first
WHERE
  CASE
    WHEN is_first
      THEN earlier_zero_ts > IFNULL(earlier_other_ts, TIMESTAMP_MICROS(0)) AND IFNULL(first_ts <> own_first_ts, TRUE)
    ELSE
      zero_ts > IFNULL(other_ts, TIMESTAMP_MICROS(0)) AND IFNULL(last_ts <> own_last_ts, TRUE) AND last_ts > first_ts
  END
