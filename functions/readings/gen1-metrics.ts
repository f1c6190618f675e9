/**
 * What is read of a Gen1 meter: the last level of `shellies/<id>/emeter/<i>/<metric>`, and the field that it becomes. The two
 * others that it publishes, `energy` and `returned_energy`, are Watt-minutes that a reboot loses.
 */
export const gen1Metrics = [
  ["power", "power_w"],
  ["reactive_power", "reactive_power_var"],
  ["voltage", "voltage_v"],
  ["current", "current_a"],
  ["pf", "power_factor"],
  ["total", "import_counter_wh"],
  ["total_returned", "export_counter_wh"],
] as const;
