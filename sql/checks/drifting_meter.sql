-- drifting_meter: Power and counter stay within a twentieth of the ratio that they had in the four weeks before.
SELECT
  site || ', ' || device || ' channel ' || CAST(channel AS STRING) || ', ' || CAST(date AS STRING)
    || ': power and counter have drifted apart by ' || CAST(CAST(ROUND(100 * ABS(drift)) AS INT64) AS STRING) || ' %.' AS finding
FROM `wattlake.data_quality_between`(from_date, to_date)
-- Of less than a kilowatt hour the counter's own steps are a part that counts.
WHERE ABS(drift) > 0.05 AND ratio_counter_wh >= 1000
