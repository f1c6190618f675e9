-- silent_site: A site that had readings within the week before has some of the last two days.
SELECT site || ' has no readings after ' || CAST(newest AS STRING) || '.' AS finding
FROM (
  SELECT site, MAX(date) AS newest
  FROM `wattlake.daily_files`
  WHERE date BETWEEN DATE_SUB(from_date, INTERVAL 7 DAY) AND DATE_ADD(to_date, INTERVAL 1 DAY) AND edge IS NULL
  GROUP BY site
)
-- A meter that was taken away may be silent.
WHERE newest < from_date AND site IN (
  SELECT site FROM `wattlake.meters` WHERE in_place_until IS NULL OR in_place_until > TIMESTAMP(to_date)
)
