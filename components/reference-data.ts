/** What the program knows and the data needs, as JSON Lines: the registry and the sites' local days. */
import { S3Client } from "@aws-sdk/client-s3";
import * as aws from "@pulumi/aws";
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { referenceKeys } from "../functions/lake/keys";
import { tellChangedDays, tellForgottenChannels } from "./aws/forgotten-channels";
import { makeLakeReader } from "./aws/lake-reader";
import type { TelemetryLake } from "./aws/telemetry-lake";
import type { RegistryLine } from "./reference/registry";
import type { SiteDay } from "./reference/site-days";

export interface ReferenceDataArgs {
  readonly lake: TelemetryLake;
  /** Of the lake. */
  readonly region: aws.Region;
  readonly mirrorBucket: pulumi.Input<string>;
  /** A line a channel. */
  readonly registry: readonly RegistryLine[];
  /** A line a site and local day. */
  readonly siteDays: readonly SiteDay[];
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

    const texts = { meters: jsonLines(args.registry), siteDays: jsonLines(args.siteDays) };
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
      { suffix: "site-days", key: referenceKeys.siteDays, text: texts.siteDays },
    ];
    for (const { suffix, key, text } of files) {
      // A preview has ended only when it has told.
      const content = told?.apply(() => text) ?? text;
      const inputs = { bucket: bucketName, key, content, contentType };
      new aws.s3.BucketObjectv2(`${name}-${suffix}`, inputs, { parent: this });
    }
    this.mirrored = new Map(
      files.map(({ suffix, key, text }) => {
        // Not as `content`, which the provider takes for a secret: a preview shows which lines change.
        const source = new pulumi.asset.StringAsset(text);
        const inputs = { bucket: args.mirrorBucket, name: key, source, contentType };
        return [key, new gcp.storage.BucketObject(`${name}-mirrored-${suffix}`, inputs, { parent: this })];
      }),
    );
    this.registerOutputs({});
  }
}

const jsonLines = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");
