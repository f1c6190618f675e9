/** What the program knows and the data needs, as JSON Lines: the registry, the local days, and what the sites' plans cost. */
import { S3Client } from "@aws-sdk/client-s3";
import * as aws from "@pulumi/aws";
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { referenceKeys } from "../functions/lake/keys";
import { tellChangedDays, tellForgottenChannels } from "./aws/forgotten-channels";
import { makeLakeReader } from "./aws/lake-reader";
import type { TelemetryLake } from "./aws/telemetry-lake";
import { writeCompressedLines } from "./reference/compressed-lines";
import { jsonLines } from "./reference/json-lines";
import type { RegistryLine } from "./reference/registry";
import type { TariffRows } from "./reference/tariffs/rows";
import type { ZoneDay } from "./reference/zone-days";

export interface ReferenceDataArgs {
  readonly lake: TelemetryLake;
  /** Of the lake. */
  readonly region: aws.Region;
  readonly mirrorBucket: pulumi.Input<string>;
  /** A line a channel. */
  readonly registry: readonly RegistryLine[];
  /** A line a time zone and local day. */
  readonly zoneDays: readonly ZoneDay[];
  readonly tariffs: TariffRows;
}

/**
 * The objects of `reference/`, in the lake for the functions and in the mirror for BigQuery: its views cannot be created
 * before the files are there, and the mirror's transfer copies them some time later. It then finds the same bytes and
 * content type, and leaves them.
 */
export class ReferenceData extends pulumi.ComponentResource {
  /** The objects in the mirror, by key. */
  readonly mirrored: ReadonlyMap<string, gcp.storage.BucketObject>;

  constructor(name: string, args: ReferenceDataArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:ReferenceData", name, {}, opts);
    const contentType = "application/x-ndjson";
    const gzipType = "application/gzip";

    const texts = { meters: jsonLines(args.registry), zoneDays: jsonLines(args.zoneDays) };
    // The former registry is in the lake until this is deployed, so a preview compares with it.
    const { bucketName } = args.lake;
    const openLake = (bucket: string) => makeLakeReader(new S3Client({ region: args.region }), bucket);
    const told = pulumi.runtime.isDryRun()
      ? pulumi.all([
          tellForgottenChannels(bucketName, openLake, args.registry, pulumi.log),
          tellChangedDays(bucketName, openLake, { ...texts, stack: pulumi.getStack() }, pulumi.log),
        ])
      : undefined;

    const files = [
      { suffix: "meters", key: referenceKeys.meters, text: texts.meters },
      { suffix: "zone-days", key: referenceKeys.zoneDays, text: texts.zoneDays },
    ];
    for (const { suffix, key, text } of files) {
      // A preview has ended only when it has told.
      const content = told?.apply(() => text) ?? text;
      const inputs = { bucket: bucketName, key, content, contentType };
      new aws.s3.BucketObjectv2(`${name}-${suffix}`, inputs, { parent: this });
    }
    const { billingPeriods, tariffWindows, tariffBlocks, tariffCharges, tariffDemand } = args.tariffs;
    const tariffs = [
      { suffix: "billing-periods", key: referenceKeys.billingPeriods, rows: billingPeriods },
      { suffix: "tariff-windows", key: referenceKeys.tariffWindows, rows: tariffWindows },
      { suffix: "tariff-blocks", key: referenceKeys.tariffBlocks, rows: tariffBlocks },
      { suffix: "tariff-charges", key: referenceKeys.tariffCharges, rows: tariffCharges },
      { suffix: "tariff-demand", key: referenceKeys.tariffDemand, rows: tariffDemand },
    ].map(({ suffix, key, rows }) => ({ suffix, key, path: writeCompressedLines(suffix, rows) }));
    for (const { suffix, key, path } of tariffs) {
      const source = new pulumi.asset.FileAsset(path);
      const inputs = { bucket: bucketName, key, source, contentType: gzipType };
      new aws.s3.BucketObjectv2(`${name}-${suffix}`, inputs, { parent: this });
    }

    // Not as `content`, which the provider takes for a secret: a preview shows which lines change.
    const sources = [
      ...files.map((file) => ({ ...file, contentType, source: new pulumi.asset.StringAsset(file.text) })),
      ...tariffs.map((file) => ({ ...file, contentType: gzipType, source: new pulumi.asset.FileAsset(file.path) })),
    ];
    this.mirrored = new Map(
      sources.map(({ suffix, key, source, contentType }) => {
        const inputs = { bucket: args.mirrorBucket, name: key, source, contentType };
        return [key, new gcp.storage.BucketObject(`${name}-mirrored-${suffix}`, inputs, { parent: this })];
      }),
    );
    this.registerOutputs({});
  }
}
