/** energy-charts.info, `/price?bzn=`: two lists side by side, the beginnings and the day-ahead prices of a bidding zone. */
import { z } from "zod";
import { parsedOf } from "../../../../configuration/tariffs/fault";
import { hasKeys, refuse, type SeriesFormat } from "../format";
import { inUnit, measureOf } from "./unit";

const answer = () =>
  z.object({
    unix_seconds: z.array(z.int()),
    price: z.array(z.number().nullable()),
    unit: z.string().optional(),
    license_info: z.string().optional(),
  });

export const energyCharts: SeriesFormat = {
  name: "energy-charts",
  kind: "series",
  isLike({ json }) {
    return hasKeys(json, "unix_seconds", "price");
  },
  read(source, options) {
    const { unix_seconds, price, unit, license_info } = parsedOf(source.path, answer(), source.json);
    if (unix_seconds.length !== price.length)
      throw refuse(source, `has ${unix_seconds.length} times, but ${price.length} prices`);
    // A price of the exchange is without VAT.
    const measure = measureOf(options, { unit, prices: "net" });
    const prices = unix_seconds.map((seconds, at) => {
      const value = price[at] ?? undefined;
      return { startMs: seconds * 1000, value: value === undefined ? undefined : inUnit(measure.unit, value) };
    });
    return {
      prices,
      measure: measure.text,
      open: measure.open,
      notes: license_info === undefined ? [] : [`Licence: ${license_info.trim()}`],
    };
  },
};
