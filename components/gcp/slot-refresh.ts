/** The scheduled query that stores energy slots and readings (`warehouse.materialize`, `warehouse.storage`). */
import * as pulumi from "@pulumi/pulumi";
import { createScheduledQuery, type ScheduledQueryArgs } from "./scheduled-query";

export type SlotRefreshArgs = Omit<ScheduledQueryArgs, "title" | "account" | "schedule">;

/** Runs the refresh every day. */
export class SlotRefresh extends pulumi.ComponentResource {
  /** `projects/<project>/locations/<location>/transferConfigs/<id>`. */
  readonly configName: pulumi.Output<string>;

  constructor(name: string, args: SlotRefreshArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:gcp:SlotRefresh", name, {}, opts);
    const config = createScheduledQuery(
      name,
      {
        ...args,
        title: "store energy slots",
        account: "slot-refresh",
        // UTC. Not on the full hour, where the service may start a query twice. Any time of the day does: the last days are
        // computed when they are asked for.
        schedule: "every day 04:40",
      },
      this,
    );
    this.configName = config.name;
    this.registerOutputs({ configName: this.configName });
  }
}
