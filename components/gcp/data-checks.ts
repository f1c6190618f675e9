/** The scheduled query that asks every night whether the data keeps the rules of `sql/checks/`; a run fails where one is broken. */
import * as pulumi from "@pulumi/pulumi";
import { createScheduledQuery, type ScheduledQueryArgs } from "./scheduled-query";

export type DataChecksArgs = Omit<ScheduledQueryArgs, "title" | "account" | "schedule" | "tables">;

/** Runs the checks every day. They write nothing. */
export class DataChecks extends pulumi.ComponentResource {
  /** `projects/<project>/locations/<location>/transferConfigs/<id>`. */
  readonly configName: pulumi.Output<string>;

  constructor(name: string, args: DataChecksArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:gcp:DataChecks", name, {}, opts);
    const config = createScheduledQuery(
      name,
      {
        ...args,
        title: "check the data",
        account: "data-checks",
        // UTC: after the refresh. A day that still runs somewhere breaks no rule.
        schedule: "every day 05:20",
        tables: new Map(),
      },
      this,
    );
    this.configName = config.name;
    this.registerOutputs({ configName: this.configName });
  }
}
