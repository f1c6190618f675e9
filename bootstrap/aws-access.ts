/** GitHub's workflow runs on AWS: a role a stack and access, assumed with the run's own token. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policy } from "../components/aws/policy";
import { awsChosenRights, awsRights } from "./aws-rights";
import type { StateBackend } from "./state-backend";
import { type Access, awsAudience, type DeploySource, deployRef, issuer, subjects } from "./subjects";

export interface AwsAccessArgs {
  readonly oidcArn: pulumi.Input<string>;
  readonly repository: string;
  readonly from: DeploySource;
  readonly state: StateBackend;
  /** Whose resources may be reached: the program's project, the stack and its region. */
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  readonly accountId: pulumi.Input<string>;
}

/** The role of previews and the role of deployments of one stack. */
export class AwsAccess extends pulumi.ComponentResource {
  readonly roleArns: Readonly<Record<Access, pulumi.Output<string>>>;

  constructor(name: string, args: AwsAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:bootstrap:AwsAccess", name, {}, opts);
    const parent = this;
    const { repository, from, project, stack, region } = args;

    this.roleArns = { preview: createRole("preview"), deploy: createRole("deploy") };
    this.registerOutputs({ roleArns: this.roleArns });

    function createRole(access: Access) {
      const role = new aws.iam.Role(
        `${name}-${access}`,
        {
          description: `${project} ${stack}: ${access} by the workflows of ${repository}`,
          assumeRolePolicy: policy({
            Effect: "Allow",
            Action: "sts:AssumeRoleWithWebIdentity",
            Principal: { Federated: args.oidcArn },
            Condition: trusted(access),
          }),
        },
        { parent },
      );
      const documentOf = (rights: typeof awsRights) =>
        pulumi
          .output(args.accountId)
          .apply((accountId) => policy(...rights({ region, accountId, project, stack }, access)));
      const state = policy(...args.state.rights(project, stack, access));
      new aws.iam.RolePolicy(
        `${name}-${access}-resources`,
        { role: role.name, policy: documentOf(awsRights) },
        { parent },
      );
      new aws.iam.RolePolicy(`${name}-${access}-state`, { role: role.name, policy: state }, { parent });
      // Not inline: what a role has inline may not be longer.
      const chosen = new aws.iam.Policy(
        `${name}-${access}-chosen`,
        { policy: documentOf(awsChosenRights) },
        { parent },
      );
      const attached = { role: role.name, policyArn: chosen.arn };
      new aws.iam.RolePolicyAttachment(`${name}-${access}-chosen-attached`, attached, { parent });
      return role.arn;
    }

    /** An environment's subject does not say of which ref it is, so the ref is asked for as well. */
    function trusted(access: Access) {
      const exact = {
        [`${issuer}:aud`]: awsAudience,
        [`${issuer}:sub`]: subjects(repository, from)[access],
      };
      const ofRef = access === "deploy" && { StringLike: { [`${issuer}:ref`]: deployRef(from) } };
      return { StringEquals: exact, ...ofRef };
    }
  }
}
