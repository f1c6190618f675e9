/** What the program knows and the data needs, as JSON Lines in the lake: the registry and the sites' local days. */
import { S3Client } from "@aws-sdk/client-s3";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { referenceKeys } from "../../functions/lake/keys";
import type { RegistryLine } from "../reference/registry";
import type { SiteDay } from "../reference/site-days";
import { tellForgottenChannels } from "./forgotten-channels";
import { makeLakeReader } from "./lake-reader";
import type { TelemetryLake } from "./telemetry-lake";

export interface ReferenceDataArgs {
  readonly lake: TelemetryLake;
  /** Of the lake. */
  readonly region: aws.Region;
  /** A line a channel. */
  readonly registry: readonly RegistryLine[];
  /** A line a site and local day. */
  readonly siteDays: readonly SiteDay[];
}

/** The objects of `reference/`. Create it after the mirror, which copies what is written while it listens. */
export class ReferenceData extends pulumi.ComponentResource {
  constructor(name: string, args: ReferenceDataArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:ReferenceData", name, {}, opts);

    // The former registry is in the lake until this is deployed, so a preview compares with it.
    const { bucketName } = args.lake;
    const openLake = (bucket: string) => makeLakeReader(new S3Client({ region: args.region }), bucket);
    const told = pulumi.runtime.isDryRun()
      ? tellForgottenChannels(bucketName, openLake, args.registry, pulumi.log)
      : undefined;

    const createObject = (suffix: string, key: string, lines: readonly object[]) => {
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
      return new aws.s3.BucketObjectv2(
        `${name}-${suffix}`,
        {
          bucket: bucketName,
          key,
          // A preview has ended only when it has told.
          content: told?.apply(() => text) ?? text,
          contentType: "application/x-ndjson",
        },
        { parent: this },
      );
    };
    createObject("meters", referenceKeys.meters, args.registry);
    createObject("site-days", referenceKeys.siteDays, args.siteDays);
    this.registerOutputs({});
  }
}
