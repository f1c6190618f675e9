/** What the program knows and the data needs, as JSON Lines in the lake: the registry and the sites' local days. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { referenceKeys } from "../../functions/lake/keys";
import type { RegistryLine } from "../reference/registry";
import type { SiteDay } from "../reference/site-days";
import type { TelemetryLake } from "./telemetry-lake";

export interface ReferenceDataArgs {
  readonly lake: TelemetryLake;
  /** A line a channel. */
  readonly registry: readonly RegistryLine[];
  /** A line a site and local day. */
  readonly siteDays: readonly SiteDay[];
}

/** The objects of `reference/`. Create it after the mirror, which copies what is written while it listens. */
export class ReferenceData extends pulumi.ComponentResource {
  constructor(name: string, args: ReferenceDataArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:ReferenceData", name, {}, opts);

    const createObject = (suffix: string, key: string, lines: readonly object[]) =>
      new aws.s3.BucketObjectv2(
        `${name}-${suffix}`,
        {
          bucket: args.lake.bucketName,
          key,
          content: lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
          contentType: "application/x-ndjson",
        },
        { parent: this },
      );
    createObject("meters", referenceKeys.meters, args.registry);
    createObject("site-days", referenceKeys.siteDays, args.siteDays);
    this.registerOutputs({});
  }
}
