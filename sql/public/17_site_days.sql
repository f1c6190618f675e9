-- site_days: The local days of each site with their first and last instant: those of its time zone.
-- site STRING: The site, an id of the stack configuration.
-- date DATE: Calendar day in the site's own time zone (23, 24 or 25 hours).
-- day_start TIMESTAMP: First instant of the local day, UTC.
-- day_end TIMESTAMP: First instant of the next local day, UTC.

WITH sites AS (
  SELECT DISTINCT site, timezone
  FROM `wattlake.meters`
)

SELECT s.site, d.date, d.day_start, d.day_end
FROM sites AS s
JOIN `wattlake.zone_days` AS d ON d.timezone = s.timezone
