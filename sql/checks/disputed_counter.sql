-- disputed_counter: A counter agrees with the power but for a tenth of the day.
SELECT
  site || ', ' || device || ' channel ' || CAST(channel AS STRING) || ', ' || CAST(date AS STRING)
    || ': the counter contradicts the power for ' || CAST(CAST(ROUND(100 * disputed_s / day_s) AS INT64) AS STRING)
    || ' % of the day.' AS finding
FROM `wattlake.data_quality_daily`
WHERE date BETWEEN from_date AND to_date AND disputed_s > 0.1 * day_s
