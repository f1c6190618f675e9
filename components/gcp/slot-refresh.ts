/** The scheduled query that stores energy slots and readings (`warehouse.materialize`, `warehouse.storage`), and the account that it runs as. */
import { createHash } from "node:crypto";
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { enableApi } from "./api";

/**
 * UTC. Not on the full hour, where the service may start a query twice. Any time of the day does: the last days are
 * computed when they are asked for.
 */
const schedule = "every day 04:40";

export interface SlotRefreshArgs {
  readonly project: string;
  /** Location of the dataset. */
  readonly location: string;
  readonly datasetId: pulumi.Input<string>;
  /** Where the slots are stored, by name. */
  readonly tables: ReadonlyMap<string, gcp.bigquery.Table>;
  /** The bucket that the dataset's external tables read. */
  readonly mirrorBucket: pulumi.Input<string>;
  /** The script, with its relations' full names. */
  readonly query: string;
}

/** Runs the refresh every day. Its account reads the dataset and the mirror, and writes these tables. */
export class SlotRefresh extends pulumi.ComponentResource {
  /** `projects/<project>/locations/<location>/transferConfigs/<id>`. */
  readonly configName: pulumi.Output<string>;

  constructor(name: string, args: SlotRefreshArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:gcp:SlotRefresh", name, {}, opts);
    const parent = this;
    const { project, location, datasetId } = args;
    const stack = `${pulumi.getProject()} ${pulumi.getStack()}`;

    const apis = ["bigquerydatatransfer", "cloudresourcemanager", "iam"].map((service) =>
      enableApi(`${name}-${service}-api`, service, parent),
    );
    const account = createAccount();
    const granted = [...grantRights(), grantService()];
    const config = createConfig();

    this.configName = config.name;
    this.registerOutputs({ configName: this.configName });

    /** An account's id has at most 30 characters, a stack's name more. */
    function createAccount() {
      const digest = createHash("sha256").update(stack).digest("hex").slice(0, 8);
      return new gcp.serviceaccount.Account(
        `${name}-account`,
        { accountId: `slot-refresh-${digest}`, displayName: `${stack}: stores energy slots` },
        { parent, dependsOn: apis },
      );
    }

    function grantRights() {
      const { member } = account;
      const role = (bigQueryRole: string) => `roles/bigquery.${bigQueryRole}`;
      return [
        new gcp.projects.IAMMember(`${name}-run`, { project, role: role("jobUser"), member }, { parent }),
        new gcp.bigquery.DatasetIamMember(
          `${name}-read`,
          { project, datasetId, role: role("dataViewer"), member },
          { parent },
        ),
        ...[...args.tables].map(
          ([table, { tableId }]) =>
            new gcp.bigquery.IamMember(
              `${name}-write-${table}`,
              { project, datasetId, tableId, role: role("dataEditor"), member },
              { parent },
            ),
        ),
        new gcp.storage.BucketIAMMember(
          `${name}-read-mirror`,
          { bucket: args.mirrorBucket, role: "roles/storage.objectViewer", member },
          { parent },
        ),
      ];
    }

    /** The transfer service may act as this account, and as no other. */
    function grantService() {
      const agent = new gcp.projects.ServiceIdentity(
        `${name}-agent`,
        { project, service: "bigquerydatatransfer.googleapis.com" },
        { parent, dependsOn: apis },
      );
      return new gcp.serviceaccount.IAMMember(
        `${name}-act-as`,
        { serviceAccountId: account.name, role: "roles/iam.serviceAccountTokenCreator", member: agent.member },
        { parent },
      );
    }

    /** A script names its own tables: with a destination the service refuses it. */
    function createConfig() {
      return new gcp.bigquery.DataTransferConfig(
        `${name}-query`,
        {
          displayName: `${stack}: store energy slots`,
          dataSourceId: "scheduled_query",
          location,
          schedule,
          params: { query: args.query },
          serviceAccountName: account.email,
        },
        { parent, dependsOn: granted },
      );
    }
  }
}
