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
  type LogPolicy,
  type MetricPolicy,
} from "./google-policies";

export interface GoogleAlarmsArgs {
  readonly email: string | undefined;
  /** A web address that gets Monitoring's own JSON. Whoever has it may write there, so it is a secret of the state. */
  readonly webhook: pulumi.Output<string> | undefined;
  readonly watched: GoogleWatched;
}

/**
 * The notification channels and the alert policies. The transfer service's own failure mail goes to whom a query runs as, and
 * a service account has no mailbox.
 */
export class GoogleAlarms extends pulumi.ComponentResource {
  /** `projects/<project>/alertPolicies/<id>` of each policy. */
  readonly policyNames: readonly pulumi.Output<string>[];

  constructor(name: string, args: GoogleAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:gcp:Alarms", name, {}, opts);
    const parent = this;
    const stack = `${pulumi.getProject()} ${pulumi.getStack()}`;

    const api = enableApi(`${name}-api`, "monitoring", parent);
    const channels = createChannels();
    this.policyNames = googlePolicies.flatMap((policy) => {
      const watched = policy.of(args.watched);
      return watched ? [createPolicy(policy, watched).name] : [];
    });
    this.registerOutputs({});

    function createChannels() {
      const { email, webhook } = args;
      const create = (suffix: string, type: string, labels: Record<string, pulumi.Input<string>>) =>
        new gcp.monitoring.NotificationChannel(
          `${name}-${suffix}`,
          { displayName: `${stack}: alerts`, type, labels },
          { parent, dependsOn: api },
        );
      return [
        ...(email === undefined ? [] : [create("email", "email", { email_address: email })]),
        // Its token is a part of the address.
        ...(webhook === undefined ? [] : [create("webhook", "webhook_tokenauth", { url: webhook })]),
      ];
    }

    function createPolicy(policy: GooglePolicy, watched: readonly pulumi.Input<string>[]) {
      const { suffix, title, description } = policy;
      const raised = "logOf" in policy ? byLog(policy, watched) : byMetric(policy, watched);
      const { condition, quoted = "", strategy = {} } = raised;
      return new gcp.monitoring.AlertPolicy(
        `${name}-${suffix}`,
        {
          displayName: `${stack}: ${title}`,
          combiner: "OR",
          conditions: [{ displayName: title, ...condition }],
          // Closed before the next run, so that each failure is told.
          alertStrategy: { autoClose: "1800s", ...strategy },
          documentation: {
            mimeType: "text/markdown",
            content: `${description}${quoted}\n\nWhat to do: docs/operations.md#${name}-${suffix}`,
          },
          notificationChannels: channels.map((channel) => channel.name),
        },
        { parent },
      );
    }
  }
}

/** What raises a policy, what its mail says beside the description, and how often it may. */
interface Raised {
  readonly condition: Partial<gcp.types.input.monitoring.AlertPolicyCondition>;
  readonly quoted?: string;
  readonly strategy?: gcp.types.input.monitoring.AlertPolicyAlertStrategy;
}

/** More faults than none, of all that is watched together. */
function byMetric({ metric, rhythm }: MetricPolicy, watched: readonly pulumi.Input<string>[]): Raised {
  const { alignmentPeriod, duration } = googleRhythms[rhythm];
  const measured: GoogleMetric = googleMetrics[metric];
  const faults = measured.fine === undefined ? "" : ` AND metric.labels.${measured.by} != "${measured.fine}"`;
  const conditionThreshold = {
    filter: pulumi.interpolate`${metricFilter(measured, watched)}${faults}`,
    aggregations: [{ alignmentPeriod, perSeriesAligner: "ALIGN_SUM", crossSeriesReducer: "REDUCE_SUM" }],
    comparison: "COMPARISON_GT",
    thresholdValue: 0,
    duration,
    // A time without a fault has no point: what was wrong before it is over.
    ...(duration !== "0s" && { evaluationMissingData: "EVALUATION_MISSING_DATA_INACTIVE" }),
  };
  return { condition: { conditionThreshold } };
}

/** An error in the log, quoted; of several of one run the first one. */
function byLog({ logOf }: LogPolicy, watched: readonly pulumi.Input<string>[]): Raised {
  const conditionMatchedLog = {
    filter: pulumi.interpolate`${resourceFilter(googleMetrics[logOf].resource, watched)} AND severity >= ERROR`,
    labelExtractors: { sentence: "EXTRACT(jsonPayload.message)" },
  };
  return {
    condition: { conditionMatchedLog },
    // Monitoring puts the value in.
    quoted: "\n\n$" + "{log.extracted_label.sentence}",
    strategy: { notificationRateLimit: { period: "3600s" } },
  };
}

function resourceFilter(resource: NonNullable<GoogleMetric["resource"]>, watched: readonly pulumi.Input<string>[]) {
  const values = pulumi.all([...watched]).apply((each) => {
    const quoted = each.map((value) => `"${value}"`);
    return quoted.length === 1 ? quoted.join() : `one_of(${quoted.join(", ")})`;
  });
  return pulumi.interpolate`resource.type = "${resource.type}" AND resource.labels.${resource.label} = ${values}`;
}

/** Monitoring's filter of the metric of these resources. */
export function metricFilter({ type, resource }: GoogleMetric, watched: readonly pulumi.Input<string>[]) {
  const ofMetric = `metric.type = "${type}"`;
  return resource ? pulumi.interpolate`${resourceFilter(resource, watched)} AND ${ofMetric}` : ofMetric;
}
