/** Tibber's `priceInfo`: the whole answer of its API, or that part of it. `total` is `energy` and `tax`, VAT among it. */
import { z } from "zod";
import { parsedOf } from "../../../../configuration/tariffs/fault";
import { userError } from "../../../../local/session/options";
import { hasKeys, refuse, type SeriesFormat, type SourceFile } from "../format";
import { instantOf } from "./prices";
import { inUnit, measureOf } from "./unit";

const values = ["energy", "total"] as const;

const price = () =>
  z.object({
    startsAt: z.string(),
    total: z.number().optional(),
    energy: z.number().optional(),
    currency: z.string().optional(),
  });

const priceInfo = () => {
  const prices = z.array(price()).default([]);
  return z.object({ today: prices, tomorrow: prices, range: z.object({ nodes: prices }).optional() });
};

const answer = () =>
  z.object({
    data: z.object({
      viewer: z.object({
        homes: z.array(z.object({ currentSubscription: z.object({ priceInfo: priceInfo() }).nullish() })),
      }),
    }),
  });

export const tibber: SeriesFormat = {
  name: "tibber",
  kind: "series",
  isLike({ json }) {
    return answer().safeParse(json).success || hasKeys(json, "today") || hasKeys(firstOf(json), "startsAt");
  },
  read(source, { value, timezone, ...options }) {
    const field = z.enum(values).default("energy").safeParse(value);
    if (!field.success) throw userError(`--value must be ${values.join(" or ")}.`);
    const rows = rowsOf(source);
    const currencies = [...new Set(rows.map(({ currency }) => currency ?? options.currency))];
    if (currencies.length > 1) throw refuse(source, `has prices in several currencies: ${currencies.join(", ")}`);
    const [currency] = currencies;
    const measure = measureOf(options, {
      unit: currency === undefined ? undefined : `${currency}/kWh`,
      prices: field.data === "energy" ? "net" : "gross",
    });
    const prices = rows.map((row) => {
      const number = row[field.data];
      if (number === undefined) throw refuse(source, `has no ${field.data} at ${row.startsAt}: give --value`);
      return { startMs: instantOf(row.startsAt, timezone, source.path), value: inUnit(measure.unit, number) };
    });
    // Tibber's numbers are per kWh, whatever the currency.
    const open = measure.open.filter((sentence) => !sentence.includes("--unit"));
    return { prices, measure: measure.text, open, notes: [`Taken is ${field.data}.`] };
  },
};

const firstOf = (json: unknown): unknown => (Array.isArray(json) ? json[0] : undefined);

function rowsOf(source: SourceFile) {
  if (Array.isArray(source.json)) return parsedOf(source.path, z.array(price()), source.json);
  const { today, tomorrow, range } = hasKeys(source.json, "data")
    ? priceInfoOf(source)
    : parsedOf(source.path, priceInfo(), source.json);
  return [...(range?.nodes ?? []), ...today, ...tomorrow];
}

function priceInfoOf(source: SourceFile) {
  const { homes } = parsedOf(source.path, answer(), source.json).data.viewer;
  const infos = homes.flatMap(({ currentSubscription }) =>
    currentSubscription ? [currentSubscription.priceInfo] : [],
  );
  const [only, ...others] = infos;
  if (only === undefined || others.length > 0)
    throw refuse(source, `has the prices of ${infos.length} homes, but must have those of one`);
  return only;
}
