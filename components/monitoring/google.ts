/** Tells when Google's side of the pipeline stops: a policy for each row of `google-policies.ts`, and who hears of them. */
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { enableApi } from "../gcp/api";
import {
  type GoogleMetric,
  type GooglePolicy,
  type GoogleWatched,
  googleMetrics,
  googlePolicies,
  googleRhythms,
} from "./google-policies";

export interface GoogleAlarmsArgs {
  readonly email: string;
  readonly watched: GoogleWatched;
}

/**
 * The notification channel and the alert policies. The transfer service's own failure mail goes to whom a query runs as, and
 * a service account has no mailbox.
 */
export class GoogleAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: GoogleAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:gcp:Alarms", name, {}, opts);
    const parent = this;
    const stack = `${pulumi.getProject()} ${pulumi.getStack()}`;

    const api = enableApi(`${name}-api`, "monitoring", parent);
    const channel = createChannel();
    for (const policy of googlePolicies) {
      const watched = policy.of(args.watched);
      if (watched) createPolicy(policy, watched);
    }
    this.registerOutputs({});

    function createChannel() {
      const email = { type: "email", labels: { email_address: args.email } };
      return new gcp.monitoring.NotificationChannel(
        `${name}-email`,
        { displayName: `${stack}: alerts`, ...email },
        { parent, dependsOn: api },
      );
    }

    function createPolicy(policy: GooglePolicy, watched: readonly pulumi.Input<string>[]) {
      const { suffix, title, description } = policy;
      new gcp.monitoring.AlertPolicy(
        `${name}-${suffix}`,
        {
          displayName: `${stack}: ${title}`,
          combiner: "OR",
          conditions: [{ displayName: title, conditionThreshold: conditionOf(policy, watched) }],
          // Closed before the next run, so that each failure is told.
          alertStrategy: { autoClose: "1800s" },
          documentation: { mimeType: "text/markdown", content: description },
          notificationChannels: [channel.name],
        },
        { parent },
      );
    }
  }
}

/** More faults than none, of all that is watched together. */
function conditionOf({ metric, rhythm }: GooglePolicy, watched: readonly pulumi.Input<string>[]) {
  const { alignmentPeriod, duration } = googleRhythms[rhythm];
  const measured: GoogleMetric = googleMetrics[metric];
  const faults = measured.fine === undefined ? "" : ` AND metric.labels.${measured.by} != "${measured.fine}"`;
  return {
    filter: pulumi.interpolate`${metricFilter(measured, watched)}${faults}`,
    aggregations: [{ alignmentPeriod, perSeriesAligner: "ALIGN_SUM", crossSeriesReducer: "REDUCE_SUM" }],
    comparison: "COMPARISON_GT",
    thresholdValue: 0,
    duration,
    // A time without a fault has no point: what was wrong before it is over.
    ...(duration !== "0s" && { evaluationMissingData: "EVALUATION_MISSING_DATA_INACTIVE" }),
  };
}

/** Monitoring's filter of the metric of these resources. */
export function metricFilter({ type, resource }: GoogleMetric, watched: readonly pulumi.Input<string>[]) {
  const values = pulumi.all([...watched]).apply((each) => {
    const quoted = each.map((value) => `"${value}"`);
    return quoted.length === 1 ? quoted.join() : `one_of(${quoted.join(", ")})`;
  });
  return pulumi.interpolate`resource.type = "${resource.type}" AND resource.labels.${resource.label} = ${values} AND metric.type = "${type}"`;
}
