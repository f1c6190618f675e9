/** Roles, and IAM policy documents as typed objects: no provider call, and readable by tests and by local mode. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

type Texts = pulumi.Input<pulumi.Input<string>[]>;

/** Condition operator -> condition key -> value. */
type Condition = Record<string, Record<string, pulumi.Input<string> | Texts>>;

/** A document of the given statements. */
export const policy = (...statements: aws.iam.PolicyStatement[]): aws.iam.PolicyDocument => ({
  Version: "2012-10-17",
  Statement: statements,
});

/** Allows actions on resources. */
export const allow = (Action: string[], Resource: Texts, Condition?: Condition): aws.iam.PolicyStatement => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition && { Condition }),
});

/** Lets an AWS service assume a role, on behalf of this account only (no confused deputy). */
export const trustService = (Service: string, accountId: pulumi.Input<string>): aws.iam.PolicyDocument =>
  policy({
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Principal: { Service },
    Condition: { StringEquals: { "aws:SourceAccount": accountId } },
  });

/** The logical name of what acts as `name`. */
export const roleNameOf = (name: string): string => `${name}-role`;

/** `<name>-role` with the one policy of its rights, `<name>-policy`. Who acts in the role depends on `attached`. */
export function createRole(
  name: string,
  { trust, rights }: { readonly trust: aws.iam.PolicyDocument; readonly rights: aws.iam.PolicyDocument },
  parent: pulumi.Resource,
) {
  const role = new aws.iam.Role(roleNameOf(name), { assumeRolePolicy: trust }, { parent });
  const attached = new aws.iam.RolePolicy(`${name}-policy`, { role: role.name, policy: rights }, { parent });
  return { role, attached };
}

/** Refuses every call to the resources that does not come over TLS. */
export const denyWithoutTls = (Action: string, Resource: Texts): aws.iam.PolicyStatement => ({
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: "*",
  Action,
  Resource,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});
