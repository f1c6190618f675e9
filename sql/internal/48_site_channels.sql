-- site_channels: The channels that a site's balance is made of, and when each was in place, as 15-minute periods since 1970 UTC. Energy's grain is the slot, so channels come and go at the nearest edge of one.
-- number INT64: The channel's number among all channels. It holds within a query only.
-- site STRING: The site.
-- device STRING: The meter's id.
-- channel INT64: Index of the measuring channel.
-- role STRING: grid, solar or battery.
-- netting STRING: How the site's grid channels are netted.
-- max_power_w FLOAT64: The most that its connection can carry, W.
-- first_slot INT64: Its first slot; 0 where it was always in place.
-- certain_slot INT64: The first slot at which it was in place for certain: later than its first where a day was named.
-- leaving_slot INT64: The slot from which on it may be gone: before its end where a day was named.
-- end_slot INT64: The first slot at which it is gone; 10000000, in the year 2255, where it still is in place.
SELECT
  number, site, device, channel, role, netting, max_power_w,
  IFNULL(DIV(UNIX_MICROS(in_place_from) + 450000000, 900000000), 0) AS first_slot,
  IFNULL(DIV(UNIX_MICROS(certain_from) + 450000000, 900000000), 0) AS certain_slot,
  IFNULL(DIV(UNIX_MICROS(certain_until) + 450000000, 900000000), 10000000) AS leaving_slot,
  IFNULL(DIV(UNIX_MICROS(in_place_until) + 450000000, 900000000), 10000000) AS end_slot
FROM `wattlake.meters`
WHERE role <> 'load'
