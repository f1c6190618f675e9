/** Tells by e-mail when the scheduled query that stores energy slots did not succeed. */
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { enableApi } from "./api";

export interface RefreshAlarmArgs {
  readonly email: string;
  /** `projects/<project>/locations/<location>/transferConfigs/<id>`. */
  readonly configName: pulumi.Input<string>;
}

/**
 * A notification channel and an alert policy. The transfer service's own failure mail goes to whom the query runs as, and
 * a service account has no mailbox.
 */
export class RefreshAlarm extends pulumi.ComponentResource {
  constructor(name: string, args: RefreshAlarmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:gcp:RefreshAlarm", name, {}, opts);
    const parent = this;
    const stack = `${pulumi.getProject()} ${pulumi.getStack()}`;

    const api = enableApi(`${name}-api`, "monitoring", parent);
    const channel = createChannel();
    createPolicy();
    this.registerOutputs({});

    function createChannel() {
      const email = { type: "email", labels: { email_address: args.email } };
      return new gcp.monitoring.NotificationChannel(
        `${name}-email`,
        { displayName: `${stack}: alerts`, ...email },
        { parent, dependsOn: api },
      );
    }

    function createPolicy() {
      new gcp.monitoring.AlertPolicy(
        `${name}-policy`,
        {
          displayName: `${stack}: energy slots are not stored`,
          combiner: "OR",
          conditions: [{ displayName: "a run did not succeed", conditionThreshold: unsuccessfulRuns() }],
          // Closed before the next run, so that each failure is told.
          alertStrategy: { autoClose: "1800s" },
          documentation: {
            mimeType: "text/markdown",
            content:
              "The scheduled query that stores energy slots did not succeed. For a week nothing is missing: the last " +
              "days are computed when they are asked for. Then days are missing from the views, until a run succeeds " +
              "and fills them all.",
          },
          notificationChannels: [channel.name],
        },
        { parent },
      );
    }

    function unsuccessfulRuns() {
      const configId = pulumi.output(args.configName).apply((configName) => configName.split("/").at(-1) ?? configName);
      const config = pulumi.interpolate`resource.type = "bigquery_dts_config" AND resource.labels.config_id = "${configId}"`;
      const runs =
        'metric.type = "bigquerydatatransfer.googleapis.com/transfer_config/completed_runs" AND metric.labels.completion_state != "SUCCEEDED"';
      return {
        filter: pulumi.interpolate`${config} AND ${runs}`,
        aggregations: [{ alignmentPeriod: "3600s", perSeriesAligner: "ALIGN_SUM" }],
        comparison: "COMPARISON_GT",
        thresholdValue: 0,
        duration: "0s",
      };
    }
  }
}
