/** Octopus Energy's REST answer of unit rates: pence per kWh, newest first, the same time once per payment method. */
import { z } from "zod";
import { parsedOf } from "../../../../configuration/tariffs/fault";
import { userError } from "../../../../local/session/options";
import { hasKeys, refuse, type SeriesFormat } from "../format";
import { instantOf, instantText } from "./prices";
import { inUnit, measureOf } from "./unit";

const values = ["value_exc_vat", "value_inc_vat"] as const;

const answer = () =>
  z.object({
    next: z.string().nullish(),
    results: z.array(
      z.object({
        value_exc_vat: z.number(),
        value_inc_vat: z.number(),
        valid_from: z.string(),
        valid_to: z.string().nullable(),
        payment_method: z.string().nullish(),
      }),
    ),
  });

export const octopus: SeriesFormat = {
  name: "octopus",
  kind: "series",
  isLike({ json }) {
    const parsed = z.object({ results: z.array(z.unknown()) }).safeParse(json);
    return parsed.success && hasKeys(parsed.data.results[0], "valid_from", ...values);
  },
  read(source, { value, select, until, timezone, ...options }) {
    const field = z.enum(values).default("value_exc_vat").safeParse(value);
    if (!field.success) throw userError(`--value must be ${values.join(" or ")}.`);
    const { results, next } = parsedOf(source.path, answer(), source.json);
    const methods = [...new Set(results.flatMap(({ payment_method }) => payment_method ?? []))];
    if (methods.length > 1 && select === undefined)
      throw refuse(source, `has a price per payment method: give --select with ${methods.join(" or ")}`);
    const measure = measureOf(options, {
      unit: "p/kWh",
      prices: field.data === "value_exc_vat" ? "net" : "gross",
    });
    // What has no method is the price of all.
    const rows = results.filter((row) => select === undefined || (row.payment_method ?? select) === select);
    const endless = until === undefined ? rows.filter((row) => row.valid_to === null) : [];
    const prices = rows.flatMap((row) => {
      const end = row.valid_to ?? until;
      if (end === undefined) return [];
      const [startMs, endMs] = [row.valid_from, end].map((time) => instantOf(time, timezone, source.path));
      return [{ startMs: startMs ?? 0, endMs: endMs ?? 0, value: inUnit(measure.unit, row[field.data]) }];
    });
    return {
      prices,
      measure: measure.text,
      notes: [
        `Taken is ${field.data}, in pounds.`,
        ...(next ? ["The answer has more pages; import each: they are merged."] : []),
      ],
      open: [
        ...measure.open,
        ...endless.map(
          ({ valid_from }) =>
            `The price from ${instantText(Date.parse(valid_from))} on has no end and is left out: give --until.`,
        ),
      ],
    };
  },
};
