/** All that who deploys may call, as the tables of docs/deploy.md: the rows of the rights, beside the stacks that need them. */
import { type AwsScope, awsRows } from "./aws-rights";
import { googleRows, projectGrants } from "./google-rights";

/** The types of resources that a stack's program registers, by stack. */
export type TypesOfStacks = Readonly<Record<string, ReadonlySet<string>>>;

/** Markdown. @throws where a stack has a type that no row knows. */
export function rightsInventory(stacks: TypesOfStacks, scope: AwsScope): string {
  const rowsOfAws = awsRows(scope);
  const known = new Set([...Object.keys(rowsOfAws), ...Object.keys(googleRows)]);
  for (const [stack, types] of Object.entries(stacks))
    for (const type of types)
      if (/^(aws|gcp):/.test(type) && !known.has(type)) throw new Error(`${stack} has ${type}, which has no row`);

  const stacksWith = (type: string) =>
    Object.keys(stacks)
      .filter((stack) => stacks[stack]?.has(type))
      .join(", ") || "-";
  const aws = Object.entries(rowsOfAws).flatMap(([type, rows]) =>
    rows.length === 0
      ? [[code(type), stacksWith(type), "as another row", "", ""]]
      : rows.map(({ on, read, write, when }) => [
          code(type),
          stacksWith(type),
          actionList(read),
          actionList(write) + conditionText(when),
          on.map((arn) => code(resourceOf(arn))).join(" "),
        ]),
  );
  const google = Object.entries(googleRows).map(([type, rows]) => [
    code(type),
    stacksWith(type),
    actionList(rows.flatMap(({ read }) => read)) || (rows.length === 0 ? "as another row" : ""),
    actionList(rows.flatMap(({ write }) => write)),
  ]);
  return [
    `On AWS, for the stack \`${scope.stack}\`:`,
    "",
    ...table(["resource type", "in", "to look", "to change", "on"], aws),
    "",
    "On Google Cloud, in the project of the stack:",
    "",
    ...table(["resource type", "in", "to look", "to change"], google),
    "",
    `And \`resourcemanager.projects.setIamPolicy\`, by a condition for ${projectGrants.map(code).join(", ")} only.`,
    "",
  ].join("\n");
}

const code = (text: string) => `\`${text}\``;

/** `iam:GetRole` and `iam:ListRoleTags` as `iam:` GetRole ListRoleTags: the service once. */
function actionList(actions: readonly string[]): string {
  const services = new Map<string, string[]>();
  for (const action of actions) {
    const [, service = "", call = ""] = /^(\w+[:.])(.*)$/.exec(action) ?? [];
    services.set(service, [...(services.get(service) ?? []), call]);
  }
  return [...services].map(([service, calls]) => `${code(service)} ${calls.join(" ")}`).join("; ");
}

function conditionText(when: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>> = {}) {
  const conditions = Object.values(when).flatMap((keys) => Object.entries(keys));
  return conditions.map(([key, value]) => `, where ${code(key)} is ${[value].flat().map(code).join(" or ")}`).join("");
}

/** An ARN without region and account. */
const resourceOf = (arn: string) => (arn === "*" ? arn : arn.split(":").slice(5).join(":"));

const table = (heads: readonly string[], rows: readonly (readonly string[])[]) =>
  [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
