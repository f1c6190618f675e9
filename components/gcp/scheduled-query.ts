/** A query that BigQuery runs every day, and the account of its own that it runs as. */
import { createHash } from "node:crypto";
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { enableApi } from "./api";

export interface ScheduledQueryArgs {
  readonly project: string;
  /** Location of the dataset. */
  readonly location: string;
  readonly datasetId: pulumi.Input<string>;
  /** The bucket that the dataset's external tables read. */
  readonly mirrorBucket: pulumi.Input<string>;
  /** What it does, for people. */
  readonly title: string;
  /** How the account's id begins: the id has at most 30 characters, and 9 of them tell the stack. */
  readonly account: string;
  readonly schedule: `every day ${string}`;
  /** A script, with its relations' full names. */
  readonly query: string;
  /** Tables that it writes, by name; none where it only reads. */
  readonly tables: ReadonlyMap<string, gcp.bigquery.Table>;
}

/** Its account reads the dataset and the mirror, and writes these tables. Children are named after `name`. */
export function createScheduledQuery(
  name: string,
  args: ScheduledQueryArgs,
  parent: pulumi.Resource,
): gcp.bigquery.DataTransferConfig {
  const { project, location, datasetId } = args;
  const stack = `${pulumi.getProject()} ${pulumi.getStack()}`;
  const displayName = `${stack}: ${args.title}`;

  const apis = ["bigquerydatatransfer", "cloudresourcemanager", "iam"].map((service) =>
    enableApi(`${name}-${service}-api`, service, parent),
  );
  const account = createAccount();
  const granted = [...grantRights(), grantService()];
  return createConfig();

  function createAccount() {
    const digest = createHash("sha256").update(stack).digest("hex").slice(0, 8);
    return new gcp.serviceaccount.Account(
      `${name}-account`,
      { accountId: `${args.account}-${digest}`, displayName },
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
    const { schedule, query } = args;
    return new gcp.bigquery.DataTransferConfig(
      `${name}-query`,
      {
        ...{ displayName, dataSourceId: "scheduled_query", location, schedule },
        params: { query },
        serviceAccountName: account.email,
      },
      { parent, dependsOn: granted },
    );
  }
}
