-- above_rating: No quarter hour has more energy than the channel's connection carries (maxPower).
WITH slots AS (
  SELECT site, date, device, channel, GREATEST(IFNULL(import_wh, 0), IFNULL(export_wh, 0)) * 4 AS mean_w
  FROM `wattlake.energy_slots`
  WHERE date BETWEEN from_date AND to_date
),

ratings AS (
  SELECT site, device, channel, MAX(max_power_w) AS max_power_w FROM `wattlake.meters` GROUP BY site, device, channel
)

SELECT
  s.site || ', ' || s.device || ' channel ' || CAST(s.channel AS STRING) || ', ' || CAST(s.date AS STRING) || ': '
    || CAST(COUNT(*) AS STRING) || ' quarter hours with more than ' || CAST(CAST(MAX(r.max_power_w) AS INT64) AS STRING)
    || ' W, up to ' || CAST(CAST(ROUND(MAX(s.mean_w)) AS INT64) AS STRING) || ' W.' AS finding
FROM slots AS s
JOIN ratings AS r ON r.site = s.site AND r.device = s.device AND r.channel = s.channel
-- What a rounded counter adds is no fault.
WHERE s.mean_w > 1.01 * r.max_power_w
GROUP BY s.site, s.date, s.device, s.channel
