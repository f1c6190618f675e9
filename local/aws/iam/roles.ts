/** The roles of the graph with their trust policies and rights, and what bucket policies forbid to everyone. */
import { z } from "zod";
import { account } from "../../program/computed";
import type { Graph } from "../../program/graph";
import { evaluate, readStatements, type Statement } from "./policy-document";

/** A service that takes a role (`lambda.amazonaws.com`), or a foreign identity provider (`accounts.google.com`). */
export interface Principal {
  readonly service: string;
  /** ARN of the resource that acts. */
  readonly sourceArn?: string | undefined;
  /** Further condition keys of the trust policy. */
  readonly claims?: Readonly<Record<string, string>>;
}

export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly trust: readonly Statement[];
  readonly statements: readonly Statement[];
}

const roleInputs = z.object({
  assumeRolePolicy: z.unknown(),
  inlinePolicies: z.array(z.object({ policy: z.unknown() })).default([]),
  managedPolicyArns: z.array(z.string()).default([]),
});
const rolePolicyInputs = z.object({ role: z.string(), policy: z.unknown() });
const attachmentInputs = z.object({ role: z.string(), policyArn: z.string() });
const policyInputs = z.object({ policy: z.unknown() });
const bucketPolicyInputs = z.object({ bucket: z.string(), policy: z.unknown() });
const trustPrincipal = z.object({
  Service: z.union([z.string(), z.array(z.string())]).default([]),
  Federated: z.union([z.string(), z.array(z.string())]).default([]),
});

/** AWS's own policies whose statements reach nothing that local mode carries out. */
const harmlessManagedPolicies = [
  "AWSLambdaBasicExecutionRole",
  "AWSLambdaSQSQueueExecutionRole",
  "AWSXRayDaemonWriteAccess",
].map((name) => `arn:aws:iam::aws:policy/service-role/${name}`);

export function readRoles(graph: Graph): ReadonlyMap<string, Role> {
  const managed = new Map(
    graph.all("aws:iam/policy:Policy", policyInputs).map(({ arn, inputs }) => [arn, inputs.policy]),
  );
  const documentOf = (policyArn: string): readonly unknown[] => {
    if (harmlessManagedPolicies.includes(policyArn)) return [];
    if (!managed.has(policyArn)) throw new Error(`The managed policy ${policyArn} cannot be evaluated locally.`);
    return [managed.get(policyArn)];
  };
  const policies = graph.all("aws:iam/rolePolicy:RolePolicy", rolePolicyInputs);
  const attachments = graph.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment", attachmentInputs);
  const roles = graph.all("aws:iam/role:Role", roleInputs).map(({ arn = "", physicalName, inputs }): Role => {
    const isThis = (role: string) => role === physicalName || role === arn;
    const documents = [
      ...inputs.inlinePolicies.map(({ policy }) => policy),
      ...policies.filter(({ inputs: { role } }) => isThis(role)).map(({ inputs: { policy } }) => policy),
      ...attachments
        .filter(({ inputs: { role } }) => isThis(role))
        .flatMap(({ inputs }) => documentOf(inputs.policyArn)),
      ...inputs.managedPolicyArns.flatMap(documentOf),
    ];
    return {
      name: physicalName,
      arn,
      trust: readStatements(inputs.assumeRolePolicy, `the role ${physicalName} (trust)`),
      statements: documents.flatMap((document) => readStatements(document, `the role ${physicalName}`)),
    };
  });
  return new Map(roles.map((role) => [role.arn, role]));
}

/** What bucket policies forbid to everyone. Their Allow statements concern foreign accounts and services. */
export function readBucketDenials(graph: Graph): readonly Statement[] {
  return graph
    .all("aws:s3/bucketPolicy:BucketPolicy", bucketPolicyInputs)
    .flatMap(({ name, inputs: { policy } }) => readStatements(policy, `the bucket policy ${name}`))
    .filter(({ Effect, Principal }) => Effect === "Deny" && isEveryone(Principal));
}

const isEveryone = (principal: unknown) =>
  principal === "*" || z.object({ AWS: z.literal("*") }).safeParse(principal).success;

/** Whether the role's trust policy lets the principal take it. */
export function trusts(role: Role, { service, sourceArn, claims = {} }: Principal): boolean {
  const statements = role.trust.filter(({ Principal: principal }) => {
    const { Service = [], Federated = [] } = trustPrincipal.safeParse(principal).data ?? {};
    return [Service, Federated].flat().includes(service);
  });
  const action = service.endsWith(".amazonaws.com") ? "sts:AssumeRole" : "sts:AssumeRoleWithWebIdentity";
  const context = { "aws:SourceAccount": account, ...(sourceArn && { "aws:SourceArn": sourceArn }), ...claims };
  return evaluate(statements, { action, resource: role.arn, context }) === "allowed";
}
