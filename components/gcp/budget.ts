/** Tells by e-mail when the month's charges of the Google Cloud project pass a limit, or are foreseen to. */
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { enableApi } from "./api";

export interface BudgetArgs {
  readonly email: string;
  /** Of the billing account's own currency, a month, of all charges of the project. */
  readonly monthly: number;
  /** `012345-6789AB-CDEF01`; who deploys needs `roles/billing.costsManager` on it, which no role of a project has. */
  readonly billingAccount: string;
  readonly project: string;
}

/** A budget on the billing account, for this project alone, and the channel that it tells. */
export class Budget extends pulumi.ComponentResource {
  constructor(name: string, args: BudgetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:gcp:Budget", name, {}, opts);
    const displayName = `${pulumi.getProject()} ${pulumi.getStack()}: budget`;
    const monitoring = enableApi(`${name}-monitoring-api`, "monitoring", this);
    const billing = enableApi(`${name}-api`, "billingbudgets", this);
    const channel = new gcp.monitoring.NotificationChannel(
      `${name}-email`,
      { displayName, type: "email", labels: { email_address: args.email } },
      { parent: this, dependsOn: monitoring },
    );
    new gcp.billing.Budget(
      `${name}-month`,
      {
        ...{ billingAccount: args.billingAccount, displayName },
        budgetFilter: { projects: [`projects/${args.project}`], calendarPeriod: "MONTH" },
        amount: { specifiedAmount: { units: String(args.monthly) } },
        thresholdRules: [{ thresholdPercent: 1 }, { thresholdPercent: 1, spendBasis: "FORECASTED_SPEND" }],
        allUpdatesRule: { monitoringNotificationChannels: [channel.name], disableDefaultIamRecipients: true },
      },
      { parent: this, dependsOn: billing },
    );
    this.registerOutputs({});
  }
}
