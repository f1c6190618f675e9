-- message_account_daily: What became of the messages of each day of arrival: messages + fanned_out = readings + merged + duplicates + quarantined + ignored.
-- date DATE: UTC day of arrival.
-- messages INT64: Messages that arrived.
-- fanned_out INT64: Parts beyond the first of messages that tell of several channels or components.
-- readings INT64: Readings.
-- merged INT64: Messages merged into a reading of the same instant.
-- duplicates INT64: Messages that a reading had already.
-- quarantined INT64: Messages that were not understood.
-- ignored INT64: Messages that tell nothing of a configured channel.

SELECT
  date,
  SUM(IF(outcome = 'arrived', messages, 0)) AS messages,
  SUM(IF(outcome = 'fanned_out', messages, 0)) AS fanned_out,
  SUM(IF(outcome = 'reading', messages, 0)) AS readings,
  SUM(IF(outcome = 'merged', messages, 0)) AS merged,
  SUM(IF(outcome = 'duplicate', messages, 0)) AS duplicates,
  SUM(IF(outcome = 'quarantined', messages, 0)) AS quarantined,
  SUM(IF(outcome = 'ignored', messages, 0)) AS ignored
FROM `wattlake.message_outcomes_hourly`
GROUP BY date
