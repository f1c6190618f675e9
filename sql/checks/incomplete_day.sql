-- incomplete_day: The warehouse has as many readings of a day as its compilation wrote.
WITH days AS (
  SELECT site, date, readings AS written, 0 AS copied FROM `wattlake.day_manifests`
  UNION ALL
  SELECT site, date, 0, 1 FROM `wattlake.daily_files` WHERE edge IS NULL
)

SELECT
  site || ' has ' || CAST(SUM(copied) AS STRING) || ' readings of ' || CAST(date AS STRING) || ', not the '
    || CAST(SUM(written) AS STRING) || ' that were written.' AS finding
FROM days
-- A day that still grows may lie between two copies, so these are a day earlier.
WHERE date BETWEEN DATE_SUB(from_date, INTERVAL 1 DAY) AND DATE_SUB(to_date, INTERVAL 1 DAY)
GROUP BY site, date
HAVING SUM(written) <> SUM(copied)
