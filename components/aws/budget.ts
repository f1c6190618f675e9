/** Tells by e-mail when the month's charges of AWS pass a limit, or are foreseen to. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface BudgetArgs {
  readonly email: string;
  /** US dollars a month, of all charges of the account: AWS tells a stack's apart only once its tags are activated for that. */
  readonly monthlyUsd: number;
}

/** A budget; the first two of an account cost nothing, and so do mails. */
export class Budget extends pulumi.ComponentResource {
  constructor(name: string, args: BudgetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:Budget", name, {}, opts);
    const told = (notificationType: "ACTUAL" | "FORECASTED") => ({
      ...{ notificationType, comparisonOperator: "GREATER_THAN", threshold: 100, thresholdType: "PERCENTAGE" },
      subscriberEmailAddresses: [args.email],
    });
    new aws.budgets.Budget(
      `${name}-month`,
      {
        ...{ budgetType: "COST", timeUnit: "MONTHLY", limitAmount: String(args.monthlyUsd), limitUnit: "USD" },
        notifications: [told("ACTUAL"), told("FORECASTED")],
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
