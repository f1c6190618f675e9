-- intervals: The time from each reading to the next: how power behaves in it, and the counters around it. Readings around the day are among them: an interval over midnight is in both days.
-- site STRING: The site.
-- date DATE: Local day of the site.
-- number INT64: The channel's number among all channels.
-- slot INT64: Slot of the start, as 15-minute periods since 1970 UTC.
-- is_first_of_day BOOL: Whether it starts at the day's first reading.
-- is_last_of_slot BOOL: Whether it starts at the slot's last reading: no other interval reaches beyond the slot.
-- starts_at_counter BOOL: Whether it starts at the slot's last reading with a counter.
-- follows_counter BOOL: Whether it lies after the slot's last reading with a counter, or the slot has none.
-- is_gap BOOL: Whether power is not known throughout: the interval is counted as a gap and not integrated.
-- start_us INT64: The reading at the start, microseconds since 1970 UTC.
-- end_us INT64: The reading at the end, microseconds since 1970 UTC; NULL where none follows.
-- length_us FLOAT64: Time between the two, microseconds; 0 where no reading follows.
-- start_power_w FLOAT64: Power at the start of the interval, W; positive is import. NULL in a gap.
-- end_power_w FLOAT64: Power just before the end of the interval, W. NULL in a gap.
-- slope_w_per_us FLOAT64: Change of power inside the interval, W per microsecond: 0 where the start is held. NULL in a gap.
-- import_wh FLOAT64: Integral of imported power, Wh. NULL in a gap.
-- export_wh FLOAT64: Integral of exported power, Wh. NULL in a gap.
-- import_counter_wh FLOAT64: Import counter as known at the start, Wh.
-- export_counter_wh FLOAT64: Export counter as known at the start, Wh.
-- next_import_counter_wh FLOAT64: Import counter in the reading at the end, Wh.
-- next_export_counter_wh FLOAT64: Export counter in the reading at the end, Wh.

-- Windows by keys of the partition and numbers: a filter on site and date reaches the files, and numbers sort fastest.
-- Readings of one instant count one after the other, with no time between them: what the record has last, of two the
-- smaller power last. So a copy changes nothing.
WITH rows_of_day AS (
  SELECT
    r.site, r.date, c.number, c.power_lasts, c.is_linear, c.max_gap_us, c.max_power_w,
    r.power_w, r.power_unknown, r.import_counter_wh, r.export_counter_wh,
    -- live
    r.recorded,
    -- end of live
    UNIX_MICROS(r.ts) AS us,
    r.edge IS NULL AS is_own
  FROM `wattlake.held_readings` AS r
  JOIN `wattlake.channels` AS c ON c.site = r.site AND c.device = r.device AND c.channel = r.channel
),

-- From generation 2 on a reading without power means that power has not changed; a generation 1 reading without power
-- says nothing about it, so the samples around it bound the interval. Where the meter says that it does not know its power
-- any more, power is unknown from there to the next reading that tells it.
neighbours AS (
  SELECT
    site, date, number, is_linear, max_gap_us, max_power_w, us,
    import_counter_wh IS NOT NULL OR export_counter_wh IS NOT NULL AS has_counter,
    is_own AND NOT IFNULL(LAG(is_own) OVER w, FALSE) AS is_first_of_day,
    LEAD(us) OVER w AS next_us,
    LAST_VALUE(power_w IGNORE NULLS) OVER so_far AS power_w,
    LAST_VALUE(IF(power_w IS NULL, power_unknown, FALSE) IGNORE NULLS) OVER so_far AS power_unknown,
    IF(
      power_lasts,
      IFNULL(LEAD(power_w) OVER w, LAST_VALUE(power_w IGNORE NULLS) OVER so_far),
      FIRST_VALUE(power_w IGNORE NULLS) OVER ahead
    ) AS next_sample_w,
    IF(power_lasts, us, LAST_VALUE(IF(power_w IS NULL, NULL, us) IGNORE NULLS) OVER so_far) AS sample_us,
    IF(power_lasts, LEAD(us) OVER w, FIRST_VALUE(IF(power_w IS NULL, NULL, us) IGNORE NULLS) OVER ahead) AS next_sample_us,
    FIRST_VALUE(IF(import_counter_wh IS NULL AND export_counter_wh IS NULL, NULL, us) IGNORE NULLS) OVER ahead
      AS next_counter_us,
    LAST_VALUE(import_counter_wh IGNORE NULLS) OVER so_far AS import_counter_wh,
    LAST_VALUE(export_counter_wh IGNORE NULLS) OVER so_far AS export_counter_wh,
    LEAD(import_counter_wh) OVER w AS next_import_counter_wh,
    LEAD(export_counter_wh) OVER w AS next_export_counter_wh
  FROM rows_of_day
  WINDOW
    w AS (
      PARTITION BY date, number, site
      ORDER BY
        us,
        -- live
        recorded,
        -- end of live
        power_unknown NULLS FIRST, power_w DESC NULLS FIRST,
        import_counter_wh DESC NULLS FIRST, export_counter_wh DESC NULLS FIRST
    ),
    so_far AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
    ahead AS (w ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
),

-- Power beyond the meter's rating is not believed.
known AS (
  SELECT
    *,
    IF(
      next_sample_us - sample_us <= max_gap_us
        AND NOT IFNULL(power_unknown, FALSE)
        AND ABS(power_w) <= max_power_w
        AND IF(is_linear, ABS(next_sample_w), 0) <= max_power_w,
      power_w,
      NULL
    ) AS known_power_w,
    IF(is_linear, SAFE_DIVIDE(next_sample_w - power_w, next_sample_us - sample_us), 0.0) AS slope_w_per_us,
    DIV(us, 900000000) AS slot,
    (DIV(us, 900000000) + 1) * 900000000 AS slot_end_us,
    CAST(IFNULL(next_us - us, 0) AS FLOAT64) AS length_us
  FROM neighbours
),

powers AS (
  SELECT
    *,
    IFNULL(next_us >= slot_end_us, TRUE) AS is_last_of_slot,
    IFNULL(next_counter_us >= slot_end_us, TRUE) AS follows_counter,
    IF(is_linear, known_power_w + slope_w_per_us * (us - sample_us), known_power_w) AS start_power_w,
    IF(is_linear, known_power_w + slope_w_per_us * (next_us - sample_us), known_power_w) AS end_power_w
  FROM known
)

SELECT
  site, date, number, slot,
  is_first_of_day, is_last_of_slot,
  has_counter AND follows_counter AS starts_at_counter,
  follows_counter,
  start_power_w IS NULL AND length_us > 0 AS is_gap,
  us AS start_us,
  next_us AS end_us,
  length_us,
  start_power_w, end_power_w,
  IF(known_power_w IS NULL, NULL, slope_w_per_us) AS slope_w_per_us,
  `wattlake.positive_integral_wh`(start_power_w, end_power_w, length_us) AS import_wh,
  `wattlake.positive_integral_wh`(-start_power_w, -end_power_w, length_us) AS export_wh,
  import_counter_wh, export_counter_wh, next_import_counter_wh, next_export_counter_wh
FROM powers
