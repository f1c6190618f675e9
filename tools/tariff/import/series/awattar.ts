/** aWATTar's `/v1/marketdata`: the exchange's prices with their beginning and end in milliseconds. */
import { z } from "zod";
import { parsedOf } from "../../../../configuration/tariffs/fault";
import { hasKeys, refuse, type SeriesFormat } from "../format";
import { inUnit, measureOf } from "./unit";

const answer = () =>
  z.object({
    data: z.array(
      z.object({
        start_timestamp: z.int(),
        end_timestamp: z.int(),
        marketprice: z.number(),
        unit: z.string().optional(),
      }),
    ),
  });

export const awattar: SeriesFormat = {
  name: "awattar",
  kind: "series",
  isLike({ json }) {
    const parsed = z.object({ data: z.array(z.unknown()) }).safeParse(json);
    return parsed.success && hasKeys(parsed.data.data[0], "start_timestamp", "marketprice");
  },
  read(source, options) {
    const { data } = parsedOf(source.path, answer(), source.json);
    const units = [...new Set(data.map(({ unit }) => unit))];
    if (units.length > 1) throw refuse(source, `has prices in several units: ${units.join(", ")}`);
    // A price of the exchange is without VAT.
    const measure = measureOf(options, { unit: units[0], prices: "net" });
    const prices = data.map(({ start_timestamp, end_timestamp, marketprice }) => ({
      startMs: start_timestamp,
      endMs: end_timestamp,
      value: inUnit(measure.unit, marketprice),
    }));
    return { prices, measure: measure.text, open: measure.open, notes: [] };
  },
};
