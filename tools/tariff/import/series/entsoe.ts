/**
 * ENTSO-E's Transparency Platform, day-ahead prices (A44): XML with periods of numbered points. In a curve of type A03 a
 * point that is left out is the same as before it.
 */
import { XMLParser } from "fast-xml-parser";
import { z } from "zod";
import { parsedOf } from "../../../../configuration/tariffs/fault";
import { refuse, type SeriesFormat, type SourceFile } from "../format";
import { instantOf, instantText, type SourcePrice } from "./prices";
import { inUnit, measureOf, type Unit } from "./unit";

const minutes = { PT15M: 15, PT30M: 30, PT60M: 60, PT1H: 60 } as const;
const resolutions = ["PT15M", "PT30M", "PT60M", "PT1H"] as const;

/** An element that there is once is no list. */
const manyOf = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(item));

const period = () =>
  z.object({
    timeInterval: z.object({ start: z.string(), end: z.string() }),
    resolution: z.enum(resolutions),
    Point: manyOf(z.object({ position: z.coerce.number().int().min(1), "price.amount": z.coerce.number() })),
  });

const timeSeries = () =>
  z.object({
    "currency_Unit.name": z.string(),
    "price_Measure_Unit.name": z.string(),
    curveType: z.enum(["A01", "A03"]).default("A03"),
    /** Which auction, where a zone has several. */
    "classificationSequence_AttributeInstanceComponent.position": z.string().optional(),
    Period: manyOf(period()),
  });

const publication = () =>
  z.object({ Publication_MarketDocument: z.object({ type: z.literal("A44"), TimeSeries: manyOf(timeSeries()) }) });

const acknowledgement = () =>
  z.object({ Acknowledgement_MarketDocument: z.object({ Reason: manyOf(z.object({ text: z.string() })) }) });

export const entsoe: SeriesFormat = {
  name: "entsoe",
  kind: "series",
  isLike({ text }) {
    return /<(?:\w+:)?(?:Publication|Acknowledgement)_MarketDocument[\s>]/.test(text);
  },
  read(source, { select, ...options }) {
    const all = documentOf(source).TimeSeries;
    const sequenceOf = (one: (typeof all)[number]) => one["classificationSequence_AttributeInstanceComponent.position"];
    const sequences = [...new Set(all.flatMap((one) => sequenceOf(one) ?? []))];
    if (sequences.length > 1 && select === undefined)
      throw refuse(source, `has the prices of several auctions: give --select with ${sequences.join(" or ")}`);
    const chosen = all.filter((one) => select === undefined || (sequenceOf(one) ?? select) === select);
    const units = [...new Set(chosen.map((one) => `${one["currency_Unit.name"]}/${one["price_Measure_Unit.name"]}`))];
    if (units.length !== 1) throw refuse(source, `has prices in ${units.join(" and ") || "no unit"}`);
    // A price of the exchange is without VAT.
    const measure = measureOf(options, { unit: units[0], prices: "net" });
    const periods = chosen.flatMap(({ Period, curveType }) => Period.map((one) => ({ ...one, curveType })));
    const read = periods.map((one) => pointsOf(source, one, measure.unit));
    return {
      prices: read.flatMap(({ prices }) => prices),
      measure: measure.text,
      open: measure.open,
      notes: read.flatMap(({ note }) => note ?? []),
    };
  },
};

function documentOf(source: SourceFile) {
  const parser = new XMLParser({ ignoreAttributes: true, removeNSPrefix: true, parseTagValue: false });
  let parsed: unknown;
  try {
    parsed = parser.parse(source.text, true);
  } catch (error) {
    throw refuse(source, `is no whole XML document (${error instanceof Error ? error.message : error})`);
  }
  const refused = acknowledgement().safeParse(parsed);
  if (refused.success) {
    const reasons = refused.data.Acknowledgement_MarketDocument.Reason.map(({ text }) => text).join("; ");
    throw refuse(source, `is no prices, but ENTSO-E's refusal: ${reasons}`);
  }
  return parsedOf(source.path, publication(), parsed).Publication_MarketDocument;
}

type Period = z.output<ReturnType<typeof period>> & { readonly curveType: "A01" | "A03" };

function pointsOf(source: SourceFile, { timeInterval, resolution, Point, curveType }: Period, unit: Unit) {
  const [from = 0, until = 0] = [timeInterval.start, timeInterval.end].map((time) =>
    instantOf(time, undefined, source.path),
  );
  const stepMs = minutes[resolution] * 60_000;
  const startOf = (position: number) => from + (position - 1) * stepMs;
  const points = Point.toSorted((a, b) => a.position - b.position);
  const prices = points.map(({ position, "price.amount": amount }, at): SourcePrice => {
    const startMs = startOf(position);
    const next = points[at + 1];
    const nextMs = next ? startOf(next.position) : until;
    // Of two points at one position each is kept: whether they agree is asked later.
    const endMs = curveType === "A03" && nextMs > startMs ? nextMs : startMs + stepMs;
    if (endMs > until)
      throw refuse(source, `has a point ${position} after the end of its period, ${instantText(until)}`);
    return { startMs, endMs, value: inUnit(unit, amount) };
  });
  const first = points[0]?.position ?? 1;
  const note = first > 1 ? `Not known: ${instantText(from)} until ${instantText(startOf(first))}.` : undefined;
  return { prices, note };
}
