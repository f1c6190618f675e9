-- positive_integral_wh FLOAT64: Energy of a power that runs straight from its start to its end, Wh: the integral of its positive part, so import. Of the powers with the other sign it is export. NULL where power is not known.
-- start_power_w FLOAT64: Power at the start, W; positive is import.
-- end_power_w FLOAT64: Power at the end, W.
-- length_us FLOAT64: Time between the two, microseconds.

-- Where power changes sign, its positive part is a triangle on one side of the zero crossing.
length_us / 3.6e9 * CASE
  WHEN start_power_w <= 0 AND end_power_w <= 0 THEN 0.0
  WHEN start_power_w >= 0 AND end_power_w >= 0 THEN (start_power_w + end_power_w) / 2
  ELSE POW(GREATEST(start_power_w, end_power_w), 2) / (2 * ABS(end_power_w - start_power_w))
END
