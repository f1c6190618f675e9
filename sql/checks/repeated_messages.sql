-- repeated_messages: Of a day's readings at most half are sent again, and at most one in a hundred with another value.
SELECT
  site || ', ' || device || ' channel ' || CAST(channel AS STRING) || ', ' || CAST(date AS STRING) || ': '
    || CAST(duplicates AS STRING) || ' messages repeat and ' || CAST(conflicts AS STRING) || ' contradict one of the '
    || CAST(readings AS STRING) || ' readings.' AS finding
FROM `wattlake.data_quality_daily`
WHERE date BETWEEN from_date AND to_date AND (duplicates > 0.5 * readings OR conflicts > 0.01 * readings)
