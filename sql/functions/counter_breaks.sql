-- counter_breaks BOOL: Whether a counter goes on from a lower value: it has fallen by more than two of its steps, which are the coarsest of 100, 10, 1 and 0.1 Wh that both values are multiples of. FALSE where one of them is not known.
-- from_wh FLOAT64: What the counter showed, Wh.
-- to_wh FLOAT64: What it shows then, Wh.

-- A smaller fall is jitter. The two values alone tell, so whoever knows them decides alike.
CASE
  WHEN to_wh < from_wh THEN
    CASE
      WHEN from_wh - to_wh > 200 THEN TRUE
      WHEN from_wh = 100 * ROUND(from_wh / 100) AND to_wh = 100 * ROUND(to_wh / 100) THEN FALSE
      WHEN from_wh - to_wh > 20 THEN TRUE
      WHEN from_wh = 10 * ROUND(from_wh / 10) AND to_wh = 10 * ROUND(to_wh / 10) THEN FALSE
      WHEN from_wh - to_wh > 2 THEN TRUE
      WHEN from_wh = ROUND(from_wh) AND to_wh = ROUND(to_wh) THEN FALSE
      ELSE ROUND(from_wh - to_wh, 6) > 0.2
    END
  ELSE FALSE
END
