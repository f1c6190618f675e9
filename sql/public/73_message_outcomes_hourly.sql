-- message_outcomes_hourly: What became of the messages of each hour of arrival, with reasons: arrived + fanned_out = reading + merged + duplicate + quarantined + ignored.
-- date DATE: UTC day of arrival.
-- hour STRING: UTC hour of arrival, as 2025-06-01T13.
-- outcome STRING: arrived, fanned_out (parts beyond the first of messages that tell of several channels or components), reading, merged, duplicate, quarantined, ignored.
-- reason STRING: Why messages were quarantined or ignored.
-- device STRING: The meter's id; NULL where it is not counted by meter, or the message does not tell.
-- messages INT64: How many.
-- example STRING: How the first message of the hour with this reason begins.

-- Lists are opened by position, so that a filter on date passes by them to the files.
WITH hours AS (
  SELECT
    date, hour, messages, fanned_out, staged, merged, duplicates, ignored, quarantine, examples,
    ARRAY_LENGTH(ignored) - 1 AS last_ignored,
    ARRAY_LENGTH(quarantine) - 1 AS last_quarantine,
    ARRAY_LENGTH(examples) - 1 AS last_example
  FROM `wattlake.hour_manifests`
),

passed_over AS (
  SELECT h.date, h.hour, h.ignored[OFFSET(position)] AS entry
  FROM hours AS h, UNNEST(GENERATE_ARRAY(0, h.last_ignored)) AS position
),

set_aside AS (
  SELECT h.date, h.hour, h.quarantine[OFFSET(position)] AS entry
  FROM hours AS h, UNNEST(GENERATE_ARRAY(0, h.last_quarantine)) AS position
),

shown AS (
  SELECT h.date, h.hour, h.examples[OFFSET(position)] AS entry
  FROM hours AS h, UNNEST(GENERATE_ARRAY(0, h.last_example)) AS position
),

facts AS (
  SELECT date, hour, 'arrived' AS outcome, NULL AS reason, NULL AS device, messages FROM hours
  UNION ALL
  SELECT date, hour, 'fanned_out', NULL, NULL, fanned_out FROM hours
  UNION ALL
  SELECT date, hour, 'reading', NULL, NULL, staged FROM hours
  UNION ALL
  SELECT date, hour, 'merged', NULL, NULL, merged FROM hours
  UNION ALL
  SELECT date, hour, 'duplicate', NULL, NULL, duplicates FROM hours
  UNION ALL
  SELECT date, hour, 'ignored', entry.reason, NULL, entry.messages FROM passed_over
  UNION ALL
  SELECT date, hour, 'quarantined', entry.reason, entry.device, entry.messages FROM set_aside
),

-- A meter's messages of an hour may fall on two local days.
totals AS (
  SELECT date, hour, outcome, reason, device, SUM(messages) AS messages
  FROM facts
  GROUP BY date, hour, outcome, reason, device
)

SELECT t.date, t.hour, t.outcome, t.reason, t.device, t.messages, s.entry.line AS example
FROM totals AS t
LEFT JOIN shown AS s ON s.date = t.date AND s.hour = t.hour AND s.entry.reason = t.reason
