/**
 * The stack configuration: every `wattlake:*` key of `Pulumi.<stack>.yaml`, what it may hold and its default.
 *
 * The one place that knows them, with the schemas of its blocks in `configuration/`; docs/configuration.md is made of them.
 * The AWS region and the Google Cloud project and region are the providers' own keys (`aws:region`, `gcp:project`,
 * `gcp:region`).
 */
import { RunError } from "@pulumi/pulumi/errors";
import { z } from "zod";
import { auditSchema } from "./configuration/audit-schema";
import { crossCheckComparison } from "./configuration/contract-checks";
import { tariffsSchema } from "./configuration/contracts";
import { crossCheckSites } from "./configuration/cross-checks";
import { about, block, listOf } from "./configuration/kinds";
import {
  aggregationSchema,
  alertsSchema,
  gatewaySchema,
  ingestSchema,
  retentionSchema,
} from "./configuration/pipeline-schema";
import { recoverySchema } from "./configuration/recovery-schema";
import { findSites, type PlaceOf } from "./configuration/site-files";
import { siteSchema } from "./configuration/site-schema";
import { storageFor, warehouseSchema } from "./configuration/warehouse-schema";
import { misspelt, sentences } from "./configuration/wording";

/** A parsed stack configuration; every default is filled in. */
export type StackConfig = z.output<ReturnType<typeof stackSchema>>;
export type Site = StackConfig["sites"][number];
export type Meter = Site["meters"][number];

/**
 * Reads the values of the `wattlake:*` keys, without their namespace, and the files of sites that they name, seen from the
 * project's folder.
 * @throws one `RunError` (shown without a stack trace) with a sentence per mistake.
 */
export function parseConfig(raw: unknown, folder: string = __dirname): StackConfig {
  const { config, placeOf } = withSites(raw, folder);
  const parsed = stackSchema().safeParse(config);
  if (parsed.success) return parsed.data;
  throw mistaken(sentences(parsed.error.issues, placeOf));
}

function withSites(raw: unknown, folder: string): { readonly config: unknown; readonly placeOf?: PlaceOf } {
  const given = z.object({ sites: z.unknown() }).safeParse(raw);
  if (!given.success) return { config: raw };
  try {
    const { sites, placeOf } = findSites(given.data.sites, folder);
    // As it came: a parsed copy would lose a key of the name "__proto__", which is a mistake to tell.
    return { config: { ...Object(raw), sites }, placeOf };
  } catch (error) {
    if (error instanceof RunError) throw mistaken(error.message.split("\n"));
    throw error;
  }
}

function mistaken(mistakes: readonly string[]): RunError {
  const count = mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`;
  return new RunError(`The stack configuration has ${count}:\n${mistakes.map((each) => `  ${each}`).join("\n")}`);
}

/**
 * Picks the `wattlake:*` keys out of Pulumi's flat configuration, where a structured value is JSON text.
 * @throws a `RunError` where another key is meant to be one.
 */
export function wattlakeKeys(all: Readonly<Record<string, string>>): Record<string, unknown> {
  const namespace = "wattlake";
  const slip = misspelt(Object.keys(all), namespace);
  if (slip !== undefined) throw new RunError(`The stack configuration has a mistake:\n  ${slip}.`);
  const own = Object.entries(all).filter(([key]) => key.startsWith(`${namespace}:`));
  return Object.fromEntries(own.map(([key, text]) => [key.slice(`${namespace}:`.length), parseJson(text)]));
}

/** Its input is what the file has; its output has every default. */
export function stackSchema() {
  return block({
    sites: listOf(siteSchema(), "site").meta(
      about(
        "The homes, or other places, that have a bill of their own; or `files`, a pattern of files of the project's folder, each with one site or a list of them: `{ files: sites/*.yaml }`.",
      ),
    ),
    tariffs: tariffsSchema().meta(about("Plans beside those that the sites pay by.")).prefault({}),
    ingest: ingestSchema().meta(about("How messages reach the lake.")).prefault({}),
    gateway: gatewaySchema().meta(about("How meters come to IoT Core.")).prefault({}),
    aggregation: aggregationSchema().meta(about("When the pipeline runs.")).prefault({}),
    retention: retentionSchema()
      .meta(about("Days that copies are kept; the record itself (`daily/`) and the archive are kept for good."))
      .prefault({}),
    recovery: recoverySchema().meta(about("Copies of the lake beyond its own bucket (docs/recovery.md).")).prefault({}),
    warehouse: warehouseSchema().meta(about("The dataset in BigQuery.")).prefault({}),
    alerts: alertsSchema().meta(about("Who is told of trouble.")).prefault({}),
    audit: auditSchema().meta(about("What is recorded of who did what (docs/operations.md).")).prefault({}),
  })
    .superRefine((stack, context) => {
      crossCheckSites(stack.sites, context);
      crossCheckComparison(stack, context);
    })
    .transform(({ aggregation, warehouse, ...rest }) => ({
      ...rest,
      warehouse: {
        ...warehouse,
        storage: warehouse.storage ?? storageFor(rest.sites.flatMap(({ meters }) => meters).length),
      },
      aggregation: {
        schedule: aggregation.schedule,
        at: aggregation.at ?? "04:00",
        timezone: aggregation.timezone ?? rest.sites[0]?.timezone ?? "UTC",
      },
    }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
