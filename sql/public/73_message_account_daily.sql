-- message_account_daily: What became of the messages of each day of arrival: messages + fanned_out = readings + merged + duplicates + quarantined + ignored.
-- date DATE: UTC day of arrival.
-- messages INT64: Messages that arrived.
-- fanned_out INT64: Parts beyond the first of messages that tell of several channels or components.
-- readings INT64: Readings.
-- merged INT64: Messages merged into a reading of the same instant.
-- duplicates INT64: Messages that a reading had already.
-- quarantined INT64: Messages that were not understood.
-- ignored INT64: Messages that tell nothing of a configured channel.

-- Lists are opened by position, so that a filter on date passes by them to the files.
WITH passed_over AS (
  SELECT h.date, h.ignored[OFFSET(position)] AS entry
  FROM (SELECT date, ignored, ARRAY_LENGTH(ignored) - 1 AS last FROM `wattlake.hour_manifests`) AS h,
    UNNEST(GENERATE_ARRAY(0, h.last)) AS position
),

facts AS (
  SELECT date, messages, fanned_out, staged, merged, duplicates, quarantined, 0 AS ignored
  FROM `wattlake.hour_manifests`
  UNION ALL
  SELECT date, 0, 0, 0, 0, 0, 0, entry.messages
  FROM passed_over
)

SELECT
  date,
  SUM(messages) AS messages,
  SUM(fanned_out) AS fanned_out,
  SUM(staged) AS readings,
  SUM(merged) AS merged,
  SUM(duplicates) AS duplicates,
  SUM(quarantined) AS quarantined,
  SUM(ignored) AS ignored
FROM facts
GROUP BY date
