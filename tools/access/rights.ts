/** Who may do what: every right that the program gives a role, one by one, as its policies and grants say. */
import { z } from "zod";
import { type Call, matches, readStatements, type Statement } from "../../local/aws/iam/policy-document";
import { readRoles } from "../../local/aws/iam/roles";
import type { Graph } from "../../local/program/graph";

/** One right of a role on AWS. */
export interface Right {
  readonly role: string;
  readonly action: string;
  /** ARN, with IAM's `*` and `?`. */
  readonly resource: string;
  /** What of the call the right depends on, a value each; a listing's prefix among it. */
  readonly conditions: readonly { readonly operator: string; readonly key: string; readonly value: string }[];
}

/** The rights of the program's roles on AWS. A condition with several values is as many rights. */
export const awsRights = (graph: Graph): Right[] =>
  [...readRoles(graph).values()].flatMap(({ name, statements }) => rightsOf(name, statements));

const clientPolicy = z.object({ name: z.string().optional(), policy: z.unknown() });

/** What meters and bridges may do at IoT Core, by the policy that their certificates have. */
const clientRights = (graph: Graph): Right[] =>
  graph
    .all("aws:iot/policy:Policy", clientPolicy)
    .flatMap(({ physicalName, inputs }) => rightsOf(physicalName, readStatements(inputs.policy, physicalName)));

const rightsOf = (role: string, statements: readonly Statement[]): Right[] =>
  statements
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action = [], Resource = [], Condition = {} }) =>
      Action.flatMap((action) =>
        Resource.flatMap((resource) =>
          combinations(Condition).map((conditions) => ({ role, action, resource, conditions })),
        ),
      ),
    );

function combinations(condition: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>) {
  let all: Right["conditions"][] = [[]];
  for (const [operator, keys] of Object.entries(condition))
    for (const [key, values] of Object.entries(keys))
      all = all.flatMap((before) => values.map((value) => [...before, { operator, key, value }]));
  return all;
}

/** Whether a call is one that the right is for. */
export const covers = (right: Right, call: Call): boolean =>
  matches(right.action.toLowerCase(), call.action.toLowerCase()) &&
  matches(right.resource, call.resource) &&
  right.conditions.every(({ key, value }) => {
    const actual = call.context[key];
    return actual === undefined || matches(value, actual);
  });

const googleGrant = z.looseObject({ member: z.string(), role: z.string() });
/** What a grant of Google is on, by the input that names it. */
const grantedOn = ["bucket", "tableId", "datasetId", "serviceAccountId", "project"] as const;

/** The grants of the program on Google Cloud: `<member> has <role> on <what>`. */
function googleLines(graph: Graph): string[] {
  return graph.resources
    .filter(({ type }) => /^gcp:.*(IamMember|IAMMember)$/.test(type))
    .map(({ inputs }) => {
      const grant = googleGrant.parse(inputs);
      const on = grantedOn.flatMap((name) => (typeof grant[name] === "string" ? [`${name} ${grant[name]}`] : []));
      return `${grant.member} has ${grant.role} on ${on[0] ?? "?"}`;
    });
}

/** A right as a line. */
export const rightText = ({ role, action, resource, conditions }: Right): string =>
  [
    `${role} may ${action} on ${resource}`,
    ...conditions.map(({ operator, key, value }) => `${key} ${operator} ${value}`),
  ].join(", where ");

/** The whole map, sorted, each line once. */
export const accessMap = (graph: Graph): string[] => [
  ...new Set([...[...awsRights(graph), ...clientRights(graph)].map(rightText), ...googleLines(graph)].sort()),
];
