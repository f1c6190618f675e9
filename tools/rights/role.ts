/** The roles of who deploys by hand, as the clouds' own command lines take them. */
import { awsChosenRights, awsRights } from "../../bootstrap/aws-rights";
import { googleRights } from "../../bootstrap/google-rights";
import { policy } from "../../components/aws/policy";
import { readStackConfig } from "../../local/program/stack-config";

/** The two policies of a role; in the shortest form, because of what IAM takes. */
export const awsPolicies = { aws: awsRights, "aws-chosen": awsChosenRights } as const;

export function awsPolicy(
  directory: string,
  stack: string,
  accountId: string,
  which: keyof typeof awsPolicies = "aws",
): string {
  const { project, values } = readStackConfig(directory, stack);
  const region = values["aws:region"];
  if (typeof region !== "string") throw new Error(`aws:region is missing in Pulumi.${stack}.yaml.`);
  return JSON.stringify(policy(...awsPolicies[which]({ region, accountId, project, stack }, "deploy")));
}

/** A role for `gcloud iam roles create --file`. */
export const googleRole = (stack: string): string =>
  JSON.stringify({ title: `wattlake ${stack}: deploy`, stage: "GA", includedPermissions: googleRights("deploy") });
