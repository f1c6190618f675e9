/**
 * Who calls, and what they may: every role of the graph has an access key, its trust policy decides who gets it, and
 * each call is judged by the role's own policy documents. The deployer, who writes what the program writes, may all.
 */
import { createHash, randomUUID } from "node:crypto";
import type { Graph } from "../../program/graph";
import { type Call, evaluate } from "./policy-document";
import { type Principal, type Role, readBucketDenials, readRoles, trusts } from "./roles";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Decides on one IAM action of a call to S3. */
export type Authorize = (call: {
  /** The caller's SigV4 access key id; missing on an unsigned request. */
  accessKeyId: string | undefined;
  /** `s3:GetObject` */
  action: string;
  /** `arn:aws:s3:::bucket/key`, `arn:aws:s3:::bucket`, or `arn:aws:s3:::*` for the list of buckets. */
  resource: string;
  /** IAM condition keys of the request: `{"s3:prefix": "raw/"}`. */
  conditions: Record<string, string>;
}) => { allowed: true } | { allowed: false; reason: string };

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

/** Hears of each call of a role that was allowed. */
export type OnAllowed = (role: string, call: Call) => void;

export function createIdentities(graph: Graph, onAllowed: OnAllowed = () => undefined): Identities {
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
      onAllowed(role.name, { ...call, context: {} });
    },
    roleOf: (accessKeyId) => byKey.get(accessKeyId),
    authorize({ accessKeyId, action, resource, conditions }) {
      if (accessKeyId === deployer.accessKeyId) return { allowed: true };
      const role = byKey.get(accessKeyId ?? "");
      if (!role) return { allowed: false, reason: `The access key ${accessKeyId} belongs to no role of the program.` };
      // The loopback interface stands for the encrypted channel.
      const call = { action, resource, context: { ...conditions, "aws:SecureTransport": "true" } };
      const verdict = evaluate([...role.statements, ...bucketDenials], call);
      if (verdict === "allowed") {
        onAllowed(role.name, call);
        return { allowed: true };
      }
      return { allowed: false, reason: `The role ${role.name} is ${verdict} ${action} on ${resource}.` };
    },
  };
}

const keyOf = ({ arn }: Role) => `LOCAL${createHash("sha256").update(arn).digest("hex").slice(0, 15).toUpperCase()}`;

const denied = (message: string) => Object.assign(new Error(message), { name: "AccessDenied" });
