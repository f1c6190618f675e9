/** GitHub's workflow runs in a Google Cloud project: a service account an access, impersonated with the run's own token. */
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { enableApi } from "../components/gcp/api";
import { googleRights, projectGrants } from "./google-rights";
import { type Access, type DeploySource, deployRef, issuer, repositoryOf, subjects } from "./subjects";

export interface GoogleAccessArgs {
  readonly repository: string;
  readonly from: DeploySource;
  /** The program's stack. */
  readonly stack: string;
  /** The stack's project, that of the provider too. */
  readonly project: string;
}

/** The identity pool of one stack, with the account of previews and the account of deployments. */
export class GoogleAccess extends pulumi.ComponentResource {
  readonly provider: pulumi.Output<string>;
  readonly accounts: Readonly<Record<Access, pulumi.Output<string>>>;

  constructor(name: string, args: GoogleAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:bootstrap:GoogleAccess", name, {}, opts);
    const parent = this;
    const { project, stack, from, repository } = args;
    const subjectOf = subjects(repository, from);

    const apis = ["cloudresourcemanager", "iam", "iamcredentials", "serviceusage", "sts"].map((service) =>
      enableApi(`${name}-${service}-api`, service, parent),
    );
    const pool = createPool();
    const provider = createProvider();

    this.provider = provider.name;
    this.accounts = { preview: createAccount("preview"), deploy: createDeployAccount() };
    this.registerOutputs({ provider: this.provider, accounts: this.accounts });

    /** Google keeps the id of a deleted pool for 30 days. */
    function createPool() {
      return new gcp.iam.WorkloadIdentityPool(
        `${name}-pool`,
        { workloadIdentityPoolId: `github-${stack}`, description: `Workflow runs of ${repository}` },
        { parent, dependsOn: apis },
      );
    }

    function createProvider() {
      return new gcp.iam.WorkloadIdentityPoolProvider(
        `${name}-provider`,
        {
          workloadIdentityPoolId: pool.workloadIdentityPoolId,
          workloadIdentityPoolProviderId: "github",
          oidc: { issuerUri: `https://${issuer}` },
          attributeMapping: { "google.subject": "assertion.sub" },
          attributeCondition: signInCondition(repository, from),
        },
        { parent },
      );
    }

    function createAccount(access: Access) {
      const account = new gcp.serviceaccount.Account(
        `${name}-${access}`,
        { accountId: `github-${access}-${stack}`, displayName: `wattlake ${stack}: ${access} by ${repository}` },
        { parent, dependsOn: apis },
      );
      const role = new gcp.projects.IAMCustomRole(
        `${name}-${access}-role`,
        {
          roleId: `wattlake_${access}_${stack}`.replaceAll("-", "_"),
          title: `wattlake ${stack}: ${access}`,
          permissions: googleRights(access),
        },
        { parent, dependsOn: apis },
      );
      new gcp.projects.IAMMember(
        `${name}-${access}-grant`,
        { project, role: role.name, member: account.member },
        { parent },
      );
      new gcp.serviceaccount.IAMMember(
        `${name}-${access}-sign-in`,
        {
          serviceAccountId: account.name,
          role: "roles/iam.workloadIdentityUser",
          member: pulumi.interpolate`principal://iam.googleapis.com/${pool.name}/subject/${subjectOf[access]}`,
        },
        { parent },
      );
      return account.email;
    }

    /** May grant a few roles in the project, by a condition; Google has no narrower right. */
    function createDeployAccount() {
      const email = createAccount("deploy");
      const few = projectGrants.map((role) => `'${role}'`).join(", ");
      const role = new gcp.projects.IAMCustomRole(
        `${name}-grants-role`,
        {
          roleId: `wattlake_grants_${stack}`.replaceAll("-", "_"),
          title: `wattlake ${stack}: grants ${projectGrants.join(", ")}`,
          permissions: ["resourcemanager.projects.setIamPolicy"],
        },
        { parent, dependsOn: apis },
      );
      new gcp.projects.IAMMember(
        `${name}-grants`,
        {
          project,
          role: role.name,
          member: pulumi.interpolate`serviceAccount:${email}`,
          condition: {
            title: "few-roles",
            expression: `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${few}])`,
          },
        },
        { parent },
      );
      return email;
    }
  }
}

/** The tokens that the pool takes at all: of the repository, by its id where it is known, and of a run that has an access. */
export function signInCondition(repository: string, from: DeploySource): string {
  const { name, id } = repositoryOf(repository);
  const { preview, deploy } = subjects(repository, from);
  const ref = deployRef(from);
  const ofRef = ref.endsWith("*") ? `assertion.ref.startsWith('${ref.slice(0, -1)}')` : `assertion.ref == '${ref}'`;
  return [
    `assertion.repository == '${name}'`,
    ...(id === undefined ? [] : [`assertion.repository_id == '${id}'`]),
    `(assertion.sub == '${preview}' || (assertion.sub == '${deploy}' && ${ofRef}))`,
  ].join(" && ");
}
