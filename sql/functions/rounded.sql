-- rounded FLOAT64: An amount or a quantity to the nearest multiple of a step. As it is where the mode is none of the two.
-- value FLOAT64: What is rounded.
-- step FLOAT64: The step: 0.01 for cents, 1 for whole kilowatt-hours.
-- mode STRING: half_up: a tie goes away from zero; half_even: to the even multiple.

-- Floats miss decimals by a hair (1.005 is less), so what lies within a millionth of a step of a tie is one.
CASE mode
  WHEN 'half_up' THEN ROUND(ROUND(value / step * 1e6) / 1e6) / (1 / step)
  WHEN 'half_even' THEN
    IF(
      ROUND(value / step * 1e6) / 1e6 - FLOOR(ROUND(value / step * 1e6) / 1e6) = 0.5,
      2 * ROUND(ROUND(value / step * 1e6) / 1e6 / 2),
      ROUND(ROUND(value / step * 1e6) / 1e6)
    ) / (1 / step)
  ELSE value
END
