/**
 * The stack configuration: every `wattlake:*` key of `Pulumi.<stack>.yaml`, what it may hold and its default.
 *
 * The one place that knows them. The AWS region and the Google Cloud project and region are the providers' own keys
 * (`aws:region`, `gcp:project`, `gcp:region`).
 */
import { RunError } from "@pulumi/pulumi/errors";
import { z } from "zod";
import {
  crossCheckMeter,
  crossCheckNames,
  crossCheckPlaces,
  crossCheckSchedule,
  crossCheckSites,
  crossCheckTariff,
} from "./configuration/cross-checks";
import { label } from "./configuration/labels";
import { type ModelName, meterModels } from "./configuration/meter-models";
import { duration, size } from "./configuration/quantities";
import { roleNames } from "./configuration/roles";
import { currency, tariffNames } from "./configuration/tariffs";
import { placeTime } from "./configuration/time-in-place";
import { timeZone } from "./configuration/time-zones";
import { knownKeys, must, mustBeOneOf, sentences } from "./configuration/wording";

/** A parsed stack configuration; every default is filled in. */
export type StackConfig = z.output<ReturnType<typeof stackSchema>>;
export type Site = StackConfig["sites"][number];
export type Meter = Site["meters"][number];

/**
 * Reads the values of the `wattlake:*` keys, without their namespace.
 * @throws one `RunError` (shown without a stack trace) with a sentence per mistake.
 */
export function parseConfig(raw: unknown): StackConfig {
  const parsed = stackSchema().safeParse(raw);
  if (parsed.success) return parsed.data;
  const mistakes = sentences(parsed.error.issues);
  const count = mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`;
  throw new RunError(`The stack configuration has ${count}:\n${mistakes.map((each) => `  ${each}`).join("\n")}`);
}

/** Picks the `wattlake:*` keys out of Pulumi's flat configuration, where a structured value is JSON text. */
export function wattlakeKeys(all: Readonly<Record<string, string>>): Record<string, unknown> {
  const namespace = "wattlake:";
  const own = Object.entries(all).filter(([key]) => key.startsWith(namespace));
  return Object.fromEntries(own.map(([key, text]) => [key.slice(namespace.length), parseJson(text)]));
}

function stackSchema() {
  return block({
    sites: z.array(siteSchema(), must("a list of sites")).min(1, must("a list of at least one site")),
    ingest: ingestSchema().prefault({}),
    gateway: gatewaySchema().prefault({}),
    aggregation: aggregationSchema().prefault({}),
    retention: retentionSchema().prefault({}),
    warehouse: warehouseSchema().prefault({}),
    alerts: block({ email: z.email(must("an e-mail address")).optional() }).prefault({}),
  })
    .superRefine(({ sites }, context) => crossCheckSites(sites, context))
    .transform(({ aggregation, ...rest }) => ({
      ...rest,
      aggregation: {
        schedule: aggregation.schedule,
        at: aggregation.at ?? "04:00",
        timezone: aggregation.timezone ?? rest.sites[0]?.timezone ?? "UTC",
      },
    }));
}

function siteSchema() {
  const tariffs = tariffNames();
  return block({
    /** Becomes the hive key `site=` of the lake. */
    id: name(/^[a-z0-9][a-z0-9_-]*$/, 63, 'a name of lower-case letters, digits, "-" and "_"'),
    timezone: timeZone(),
    currency: currency(),
    /** Decimal degrees (WGS 84), north and east positive. */
    location: block({ latitude: degrees(90), longitude: degrees(180) }).optional(),
    tariff: z.enum(tariffs, mustBeOneOf(tariffs, "one of the plans in tariffs/:")).optional(),
    /** `sum`: the grid channels' simultaneous power is summed before import and export are split (one billing meter). */
    netting: oneOf(["sum", "per_channel"]).default("sum"),
    meters: z.array(meterSchema(), must("a list of meters")).min(1, must("a list of at least one meter")),
  }).superRefine((site, context) => {
    crossCheckPlaces(site, context);
    crossCheckNames(site, context);
    crossCheckTariff(site, context);
  });
}

function meterSchema() {
  const models = Object.keys(meterModels).filter((key): key is ModelName => key in meterModels);
  return block({
    /** The MQTT and thing name. */
    id: name(/^[A-Za-z0-9:_-]+$/, 128, 'the meter\'s MQTT name: letters, digits, ":", "_" and "-"'),
    model: z.enum(models, mustBeOneOf(models)),
    /** When it came into place and when it left; a site's figures ask for it in between only. */
    from: placeTime().optional(),
    until: placeTime().optional(),
    /** How the meter reaches AWS; default `bridge` for Gen1, which has no TLS, otherwise `direct`. */
    connection: oneOf(["bridge", "direct"]).optional(),
    /** How power behaves between two readings; `hold` suits a meter that reports on change. */
    integration: oneOf(["hold", "trapezoid"]).default("hold"),
    /** A longer time between two readings is a gap: counted, never integrated. */
    maxGap: duration("1 s", "24 h", "930 s").default("930 s"),
    channels: z.array(channelSchema(), must("a list of channels")).min(1, must("a list of at least one channel")),
  })
    .superRefine(crossCheckMeter)
    .transform(({ connection, ...meter }) => ({
      ...meter,
      connection: connection ?? (meterModels[meter.model].generation === 1 ? ("bridge" as const) : ("direct" as const)),
    }));
}

function channelSchema() {
  return block({
    index: z.int(must("the channel's number, from 0")).min(0, must("the channel's number, from 0")),
    name: label(),
    /** `configuration/roles.ts` says what the positive direction of each is. */
    role: oneOf(roleNames),
    /** As of the meter, within its time. */
    from: placeTime().optional(),
    until: placeTime().optional(),
    /** The most that the connection can carry, W; default what the model's clamp measures. */
    maxPower: z.number(must("a power in W above 0")).positive(must("a power in W above 0")).optional(),
  });
}

function gatewaySchema() {
  const folder = must("a folder, seen from the project's own");
  return block({
    /** Where the meters' certificate requests lie; `npm run provision` writes them there. */
    requests: z.string(folder).min(1, folder).default("meters"),
  });
}

function ingestSchema() {
  return block({
    /** `buffered`: Firehose, few large objects; `direct`: one object a message, at once and about five times as dear. */
    delivery: oneOf(["buffered", "direct"]).default("buffered"),
    /** Firehose writes an object when either is reached. */
    buffer: block({
      interval: duration("0 s", "900 s", "300 s").default("300 s"),
      size: size("1 MiB", "128 MiB").default("5 MiB"),
    }).prefault({}),
    /** Readings in BigQuery within seconds, beside the batch path. */
    live: z.boolean(must("true or false")).default(false),
  });
}

function aggregationSchema() {
  const at = must('a local time "HH:MM"');
  return block({
    schedule: oneOf(["hourly", "daily"]).default("hourly"),
    /** Local time of a daily run; default `04:00`, after any clock change. */
    at: z
      .string(at)
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, at)
      .optional(),
    /** Time zone of the schedule; default the first site's. */
    timezone: timeZone().optional(),
  }).superRefine(crossCheckSchedule);
}

function retentionSchema() {
  return block({
    /** After a raw message's day is archived it only serves a repeated run. */
    rawDays: days(7, 3650).default(30),
    stagedDays: days(7, 3650).default(30),
    quarantineDays: days(30, 3650).default(365),
    /** Daily files move to Infrequent Access after this. */
    dailyToInfrequentAccessDays: days(30, 3650).default(90),
    logDays: z
      .literal(logRetentions, must(`a number of days CloudWatch knows: ${logRetentions.join(", ")}`))
      .default(30),
  });
}

function warehouseSchema() {
  const calendarDay = must('a day "YYYY-MM-DD" from 2000 to 2099');
  const day = z.iso.date(calendarDay).regex(/^20/, calendarDay);
  return block({
    dataset: name(/^[A-Za-z_][A-Za-z0-9_]*$/, 64, 'a BigQuery dataset name: letters, digits and "_"').default(
      "wattlake",
    ),
    /** Location of the dataset and of the mirror bucket; default `gcp:region`. */
    location: z.string(must('a BigQuery location, for example "EU"')).optional(),
    /** `event`: an object is copied when it is written, and once a day what no event told of; `hourly`: by a comparison. */
    mirror: oneOf(["event", "hourly"]).default("event"),
    /** Quarter hours in a table, refreshed every night, so that dashboards over months need not read every reading. */
    materialize: z.boolean(must("true or false")).default(false),
    /** The local days that the lake and the warehouse know, both ends included. */
    calendar: block({ from: day.default("2024-01-01"), to: day.default("2035-12-31") })
      .refine(({ from, to }) => from <= to, { error: () => "ends before it begins: from must not be after to" })
      .prefault({}),
  });
}

/** What CloudWatch accepts up to two years. */
const logRetentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

const block = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape, knownKeys(Object.keys(shape)));

const oneOf = <const Values extends readonly string[]>(values: Values) => z.enum(values, mustBeOneOf(values));

const name = (pattern: RegExp, longest: number, allowed: string) =>
  z
    .string(must(allowed))
    .regex(pattern, must(allowed))
    .max(longest, must(`${allowed}, at most ${longest} characters`));

function degrees(limit: number) {
  const allowed = must(`decimal degrees from -${limit} to ${limit}`);
  return z.number(allowed).min(-limit, allowed).max(limit, allowed);
}

function days(min: number, max: number) {
  const allowed = must(`a number of days from ${min} to ${max}`);
  return z.int(allowed).min(min, allowed).max(max, allowed);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
