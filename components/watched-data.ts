/** What the runs compare the record with, for the alarms: `reference/watched.json` in the lake. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { referenceKeys } from "../functions/lake/keys";
import type { Watched } from "../functions/lake/watched";
import type { TelemetryLake } from "./aws/telemetry-lake";

export interface WatchedDataArgs {
  readonly lake: TelemetryLake;
  readonly meters: Watched["meters"];
  readonly certificates: pulumi.Input<Watched["certificates"]>;
}

/** One object, for the functions alone. */
export class WatchedData extends pulumi.ComponentResource {
  constructor(name: string, { lake, meters, certificates }: WatchedDataArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:WatchedData", name, {}, opts);
    const inputs = { bucket: lake.bucketName, key: referenceKeys.watched, contentType: "application/json" };
    const content = pulumi.jsonStringify({ meters, certificates });
    new aws.s3.BucketObjectv2(`${name}-object`, { ...inputs, content }, { parent: this });
    this.registerOutputs({});
  }
}
