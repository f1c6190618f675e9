/** JSON: a list of `{ start, end, price }`, alone or as `prices`; without end, see `orderedPrices`. */
import { z } from "zod";
import { parsedOf } from "../../../../configuration/tariffs/fault";
import { hasKeys, refuse, type SeriesFormat } from "../format";
import { instantOf } from "./prices";
import { inUnit, measureOf } from "./unit";

const file = () => {
  const rows = z.array(z.looseObject({ start: z.string(), end: z.string().optional() }));
  return z.union([rows, z.object({ prices: rows }).transform(({ prices }) => prices)], "must be a list of prices");
};

export const plainJson: SeriesFormat = {
  name: "json",
  kind: "series",
  isLike({ json }) {
    const rows = hasKeys(json, "prices") ? z.object({ prices: z.unknown() }).parse(json).prices : json;
    return Array.isArray(rows) && hasKeys(rows[0], "start");
  },
  read(source, { value: key = "price", timezone, ...options }) {
    const measure = measureOf(options, {});
    const prices = parsedOf(source.path, file(), source.json).map(({ start, end, ...row }) => {
      const price = z.number().safeParse(row[key]);
      if (!price.success) throw refuse(source, `${key} of ${start} is no number`);
      return {
        startMs: instantOf(start, timezone, source.path),
        ...(end !== undefined && { endMs: instantOf(end, timezone, source.path) }),
        value: inUnit(measure.unit, price.data),
      };
    });
    return { prices, measure: measure.text, open: measure.open, notes: [] };
  },
};
