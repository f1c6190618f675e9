-- counter_step_wh FLOAT64: The coarsest of 100, 10, 1 and 0.1 Wh that a counter's value is a multiple of; 0.1 where it is of none. NULL without a value.
-- counter_wh FLOAT64: What the counter shows, Wh.

-- The smallest of several values is the counter's own step.
CASE
  WHEN counter_wh = 100 * ROUND(counter_wh / 100) THEN 100.0
  WHEN counter_wh = 10 * ROUND(counter_wh / 10) THEN 10.0
  WHEN counter_wh = ROUND(counter_wh) THEN 1.0
  WHEN counter_wh IS NOT NULL THEN 0.1
END
