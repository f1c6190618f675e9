/** The roles of who deploys by hand, as the clouds' own command lines take them. */
import { awsRights } from "../../bootstrap/aws-rights";
import { googleRights } from "../../bootstrap/google-rights";
import { policy } from "../../components/aws/policy";
import { readStackConfig } from "../../local/program/stack-config";

/** A policy for `aws iam put-role-policy`; in the shortest form, because of what IAM takes. */
export function awsPolicy(directory: string, stack: string, accountId: string): string {
  const { project, values } = readStackConfig(directory, stack);
  const region = values["aws:region"];
  if (typeof region !== "string") throw new Error(`aws:region is missing in Pulumi.${stack}.yaml.`);
  return JSON.stringify(policy(...awsRights({ region, accountId, project, stack }, "deploy")));
}

/** A role for `gcloud iam roles create --file`. */
export const googleRole = (stack: string): string =>
  JSON.stringify({ title: `wattlake ${stack}: deploy`, stage: "GA", includedPermissions: googleRights("deploy") });
