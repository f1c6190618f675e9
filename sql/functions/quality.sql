-- quality STRING: How a figure over a time was made: measured, filled, disputed, partial or missing.
-- length_s FLOAT64: The time, s.
-- covered_s FLOAT64: Of it the time for which power is known, s.
-- filled_s FLOAT64: Of it the time in gaps whose energy the counter tells, s.
-- disputed_s FLOAT64: Of it the time whose counter was not believed, s.

-- The gravest that is true of any part of the time.
CASE
  WHEN covered_s + filled_s > 0 AND covered_s + filled_s < length_s THEN 'partial'
  WHEN covered_s + filled_s > 0 AND disputed_s > 0 THEN 'disputed'
  WHEN covered_s + filled_s > 0 AND filled_s > 0 THEN 'filled'
  WHEN covered_s + filled_s > 0 THEN 'measured'
  ELSE 'missing'
END
