/** Lets an AWS role stream into one BigQuery table: workload identity federation, so there is no key to keep or to leak. */
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { enableApi } from "./api";

export interface FederatedWriterArgs {
  /** The AWS role that writes. */
  readonly role: { readonly name: pulumi.Output<string>; readonly uniqueId: pulumi.Output<string> };
  /** Its AWS account. */
  readonly accountId: pulumi.Input<string>;
  readonly project: string;
  readonly table: gcp.bigquery.Table;
}

/** What BigQuery documents for who streams into a table. Its `dataEditor` has these too, and the right to delete the table. */
const streaming = ["bigquery.datasets.get", "bigquery.tables.get", "bigquery.tables.updateData"];

/** The identity pool of one role, and the role's right to the table. */
export class FederatedWriter extends pulumi.ComponentResource {
  /** What Google's client libraries take as credentials, as JSON. It says where to ask for a token and holds no secret. */
  readonly credentials: pulumi.Output<string>;

  constructor(name: string, args: FederatedWriterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:gcp:FederatedWriter", name, {}, opts);
    const parent = this;
    const assumedRole = pulumi.interpolate`arn:aws:sts::${args.accountId}:assumed-role/${args.role.name}`;

    const apis = ["iam", "sts"].map((service) => enableApi(`${name}-${service}-api`, service, parent));
    const pool = createPool();
    const provider = createProvider();
    createGrant();

    this.credentials = pulumi.jsonStringify({
      type: "external_account",
      audience: pulumi.interpolate`//iam.googleapis.com/${provider.name}`,
      subject_token_type: "urn:ietf:params:aws:token-type:aws4_request",
      token_url: "https://sts.googleapis.com/v1/token",
      credential_source: {
        environment_id: "aws1",
        regional_cred_verification_url:
          "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
      },
    });
    this.registerOutputs({ credentials: this.credentials });

    /** Google keeps the id of a deleted pool for 30 days, so a new role has a pool of a new id. */
    function createPool() {
      const workloadIdentityPoolId = args.role.uniqueId.apply((id) => `live-${id.toLowerCase()}`);
      return new gcp.iam.WorkloadIdentityPool(
        `${name}-pool`,
        { workloadIdentityPoolId, description: "The AWS role that streams live readings into BigQuery" },
        { parent, dependsOn: apis },
      );
    }

    /** Without a mapping of its own an AWS provider gives the attribute `aws_role`. */
    function createProvider() {
      return new gcp.iam.WorkloadIdentityPoolProvider(
        `${name}-provider`,
        {
          workloadIdentityPoolId: pool.workloadIdentityPoolId,
          workloadIdentityPoolProviderId: "aws-role",
          aws: { accountId: args.accountId },
          attributeCondition: pulumi.interpolate`attribute.aws_role == '${assumedRole}'`,
        },
        { parent },
      );
    }

    /** Ids are of the project, so a stack has its own; Google brings a deleted role of the id back. */
    function createRole() {
      const [program, stack] = [pulumi.getProject(), pulumi.getStack()];
      return new gcp.projects.IAMCustomRole(
        `${name}-role`,
        {
          roleId: `${program}_${stack}_${name}`.replaceAll("-", "_"),
          title: `${program} ${stack}: streams live readings`,
          permissions: streaming,
        },
        { parent, dependsOn: apis },
      );
    }

    function createGrant() {
      const { datasetId, tableId } = args.table;
      const member = pulumi.interpolate`principalSet://iam.googleapis.com/${pool.name}/attribute.aws_role/${assumedRole}`;
      const grant = { project: args.project, datasetId, tableId, role: createRole().name, member };
      new gcp.bigquery.IamMember(`${name}-grant`, grant, { parent });
    }
  }
}
