/**
 * Who calls, and what they may: every role of the graph has an access key, its trust policy decides who gets it, and
 * each call is judged by the role's own policy documents. The deployer, who writes what the program writes, may all.
 */
import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import { account } from "../../program/computed";
import type { Graph } from "../../program/graph";
import type { Authorize } from "../s3/server";
import { type Call, evaluate, readStatements, type Statement } from "./policy-document";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A service that takes a role (`lambda.amazonaws.com`), or a foreign identity provider (`accounts.google.com`). */
export interface Principal {
  readonly service: string;
  /** ARN of the resource that acts. */
  readonly sourceArn?: string | undefined;
  /** Further condition keys of the trust policy. */
  readonly claims?: Readonly<Record<string, string>>;
}

export interface Identities {
  readonly deployer: Credentials;
  /** The keys of the role. @throws where its trust policy does not let the principal have them. */
  assume(roleArn: string, principal: Principal): Credentials;
  /** @throws `AccessDenied` where the role's policies do not let it make the call. */
  require(roleArn: string, principal: Principal, call: Omit<Call, "context">): void;
  /** The role whose access key this is: what AWS answers to `GetCallerIdentity`. */
  roleOf(accessKeyId: string): { readonly name: string } | undefined;
  /** The decision for an S3 call by its access key. */
  readonly authorize: Authorize;
}

interface Role {
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

export function createIdentities(graph: Graph): Identities {
  const roles = readRoles(graph);
  const bucketDenials = readBucketDenials(graph);
  const deployer = { accessKeyId: `DEPLOYER${randomUUID()}`, secretAccessKey: "local" };
  const byKey = new Map([...roles.values()].map((role) => [keyOf(role), role]));

  const assumed = (roleArn: string, principal: Principal): Role => {
    const role = roles.get(roleArn);
    if (!role) throw denied(`${principal.service} cannot assume ${roleArn}: the program has no such role.`);
    if (!trusts(role, principal))
      throw denied(`The trust policy of the role ${role.name} refuses ${principal.service}.`);
    return role;
  };

  return {
    deployer,
    assume: (roleArn, principal) => ({ accessKeyId: keyOf(assumed(roleArn, principal)), secretAccessKey: "local" }),
    require(roleArn, principal, call) {
      const role = assumed(roleArn, principal);
      const verdict = evaluate(role.statements, { ...call, context: {} });
      if (verdict !== "allowed")
        throw denied(`The role ${role.name} is ${verdict} ${call.action} on ${call.resource}.`);
    },
    roleOf: (accessKeyId) => byKey.get(accessKeyId),
    authorize({ accessKeyId, action, resource, conditions }) {
      if (accessKeyId === deployer.accessKeyId) return { allowed: true };
      const role = byKey.get(accessKeyId ?? "");
      if (!role) return { allowed: false, reason: `The access key ${accessKeyId} belongs to no role of the program.` };
      // The loopback interface stands for the encrypted channel.
      const call = { action, resource, context: { ...conditions, "aws:SecureTransport": "true" } };
      const verdict = evaluate([...role.statements, ...bucketDenials], call);
      if (verdict === "allowed") return { allowed: true };
      return { allowed: false, reason: `The role ${role.name} is ${verdict} ${action} on ${resource}.` };
    },
  };
}

function readRoles(graph: Graph): ReadonlyMap<string, Role> {
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
function readBucketDenials(graph: Graph): readonly Statement[] {
  return graph
    .all("aws:s3/bucketPolicy:BucketPolicy", bucketPolicyInputs)
    .flatMap(({ name, inputs: { policy } }) => readStatements(policy, `the bucket policy ${name}`))
    .filter(({ Effect, Principal }) => Effect === "Deny" && isEveryone(Principal));
}

const isEveryone = (principal: unknown) =>
  principal === "*" || z.object({ AWS: z.literal("*") }).safeParse(principal).success;

function trusts(role: Role, { service, sourceArn, claims = {} }: Principal): boolean {
  const statements = role.trust.filter(({ Principal: principal }) => {
    const { Service = [], Federated = [] } = trustPrincipal.safeParse(principal).data ?? {};
    return [Service, Federated].flat().includes(service);
  });
  const action = service.endsWith(".amazonaws.com") ? "sts:AssumeRole" : "sts:AssumeRoleWithWebIdentity";
  const context = { "aws:SourceAccount": account, ...(sourceArn && { "aws:SourceArn": sourceArn }), ...claims };
  return evaluate(statements, { action, resource: role.arn, context }) === "allowed";
}

const keyOf = ({ arn }: Role) => `LOCAL${createHash("sha256").update(arn).digest("hex").slice(0, 15).toUpperCase()}`;

const denied = (message: string) => Object.assign(new Error(message), { name: "AccessDenied" });
