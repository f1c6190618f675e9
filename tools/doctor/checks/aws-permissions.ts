/** Whoever asks may make every call on AWS that the program's resources need; IAM itself is asked, nothing is tried. */
import { awsRows } from "../../../bootstrap/aws-rights";
import type { AwsCalls } from "../calls/aws-calls";
import { advice, type Check, fine, mend, unseen } from "../check";
import { nameOf, reasonOf } from "../reasons";

/** What a later `up` makes: a client gets its certificate once it was provisioned. */
const later: Readonly<Record<string, string>> = { "aws:iot/thing:Thing": "aws:iot/certificate:Certificate" };

export const awsPermissions: Check<"config" | "resources" | "caller"> = {
  title: "AWS permissions",
  needs: ["config", "resources", "caller"],
  async look({ aws, stack }, { config, resources, caller }) {
    if (caller.arn.endsWith(":root"))
      return advice({
        sentence: "The credentials are the account's root, which may do everything and should do nothing.",
        command: "aws configure sso && export AWS_PROFILE=<profile>",
      });
    const { account: accountId } = caller;
    const scope = { region: String(config.values["aws:region"]), accountId, project: config.project, stack };
    const types = new Set(resources.flatMap(({ type }) => [type, later[type] ?? []].flat()));
    const rows = Object.entries(awsRows(scope)).flatMap(([type, each]) => (types.has(type) ? each : []));
    try {
      const principal = await principalOf(aws, caller.arn);
      if (principal === undefined) return unseen(`IAM can be asked of users and roles, and this is ${caller.arn}`);
      const denied = new Set<string>();
      for (const { on, read, write, when } of rows)
        for (const context of contextsOf(when)) {
          const simulation = { principal, actions: [...read, ...write], resources: on.map(example), context };
          for (const action of await aws.denied(simulation)) denied.add(action);
        }
      if (denied.size === 0) return fine(`${rows.flatMap(({ read, write }) => [...read, ...write]).length} calls`);
      return mend({
        sentence: `${principal} may not call ${[...denied].sort().join(", ")}.`,
        command: "npm run pulumi -- -C bootstrap up",
      });
    } catch (error) {
      if (["AccessDenied", "AccessDeniedException"].includes(nameOf(error)))
        return unseen(`${caller.arn} may not ask IAM (iam:SimulatePrincipalPolicy, iam:GetRole)`);
      return unseen(`IAM cannot be asked (${reasonOf(error)})`);
    }
  },
};

/** A session's ARN has the role's name, but not its path. */
async function principalOf(aws: AwsCalls, arn: string): Promise<string | undefined> {
  const [, role] = /:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (role !== undefined) return aws.roleArn(role);
  return arn.includes(":user/") ? arn : undefined;
}

/** Any resource of the pattern. */
const example = (arn: string) => (arn === "*" ? arn : arn.replaceAll("*", "doctor"));

/** The condition keys that a call would have, one set for each value. */
function contextsOf(
  when: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>> = {},
): readonly Readonly<Record<string, string>>[] {
  const [condition] = Object.values(when).flatMap((keys) => Object.entries(keys));
  if (!condition) return [{}];
  const [key, values] = condition;
  return [values].flat().map((value) => ({ [key]: example(value) }));
}
