/**
 * Google's part of workload identity federation: exchanges an AWS role's signed request for a token, where a provider of
 * the graph accepts the role, and decides what the token's bearer may do by the graph's own grants.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Identities } from "../../aws/iam";
import { account } from "../../program/computed";
import type { Graph } from "../../program/graph";
import type { World } from "../../world";

export interface TableCall {
  readonly permission: string;
  readonly datasetId: string;
  readonly tableId: string;
}

export interface GoogleIdentity {
  /** Answers a token exchange (RFC 8693, form fields). @throws where the identity is not accepted. */
  exchange(form: unknown): { readonly access_token: string; readonly expires_in: number };
  /** Whether the bearer of the token may make the call; the user who queries the warehouse may all. */
  allows(token: string, call: TableCall): boolean;
  /** The token of the user who owns the project. */
  readonly userToken: string;
}

interface Provider {
  readonly audience: string;
  readonly accountId: string;
  /** The one role that the condition admits. */
  readonly awsRole: string;
}

const providerInputs = z.object({
  workloadIdentityPoolId: z.string(),
  workloadIdentityPoolProviderId: z.string(),
  aws: z.object({ accountId: z.string() }),
  attributeCondition: z.string(),
});
const grantInputs = z.object({ datasetId: z.string(), tableId: z.string(), role: z.string(), member: z.string() });

const customRole = z.object({ permissions: z.array(z.string()) });

/** What Google's own roles that the program grants contain, as far as local mode serves it. */
const predefinedRoles: Readonly<Record<string, readonly string[]>> = {
  "roles/bigquery.dataEditor": ["bigquery.tables.get", "bigquery.tables.getData", "bigquery.tables.updateData"],
  "roles/bigquery.dataViewer": ["bigquery.tables.get", "bigquery.tables.getData"],
};

const exchangeForm = z.object({
  grant_type: z.literal("urn:ietf:params:oauth:grant-type:token-exchange"),
  audience: z.string(),
  subject_token_type: z.literal("urn:ietf:params:aws:token-type:aws4_request"),
  /** A signed `GetCallerIdentity` request, as URL-encoded JSON. */
  subject_token: z.string(),
});
const signedRequest = z.object({
  url: z.string().regex(/^https:\/\/sts\.[a-z0-9-]+\.amazonaws\.com\?Action=GetCallerIdentity&Version=2011-06-15$/),
  method: z.literal("POST"),
  headers: z.array(z.object({ key: z.string(), value: z.string() })),
});

const lifetimeS = 3600;

export function createGoogleIdentity(graph: Graph, { identities }: Pick<World, "identities">): GoogleIdentity {
  const providers = readProviders(graph);
  const grants = graph.all("gcp:bigquery/iamMember:IamMember", grantInputs).map(({ inputs }) => inputs);
  const permissionsOf = readRoles(graph);
  const members = new Map<string, string>();
  const userToken = randomUUID();

  return {
    userToken,
    exchange(form) {
      const { audience, subject_token } = exchangeForm.parse(form);
      const provider = providers.find((each) => each.audience === audience);
      if (!provider) throw new Error(`The audience ${audience} is no identity provider of the program.`);
      const awsRole = callerOf(subject_token, audience, identities);
      if (provider.accountId !== account || provider.awsRole !== awsRole)
        throw new Error(`The provider's attribute condition rejects ${awsRole}.`);
      const token = randomUUID();
      members.set(
        token,
        `principalSet://iam.googleapis.com/${poolOf(provider.audience)}/attribute.aws_role/${awsRole}`,
      );
      return { access_token: token, expires_in: lifetimeS };
    },
    allows(token, { permission, datasetId, tableId }) {
      if (token === userToken) return true;
      const member = members.get(token);
      return grants.some(
        (grant) =>
          grant.member === member &&
          grant.datasetId === datasetId &&
          grant.tableId === tableId &&
          permissionsOf.get(grant.role)?.includes(permission) === true,
      );
    },
  };
}

/** Permissions by a role's name: Google's own and the program's. */
function readRoles(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const custom = graph.all("gcp:projects/iAMCustomRole:IAMCustomRole", customRole);
  return new Map([
    ...Object.entries(predefinedRoles),
    ...custom.map(({ physicalName, inputs }) => [physicalName, inputs.permissions] as const),
  ]);
}

const prefix = "//iam.googleapis.com/";
/** The pool's resource name in the provider's: `projects/<number>/locations/global/workloadIdentityPools/<id>`. */
const poolOf = (audience: string) => audience.slice(prefix.length).replace(/\/providers\/.*$/, "");

function readProviders(graph: Graph): readonly Provider[] {
  return graph
    .all("gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider", providerInputs)
    .map(({ name, physicalName, inputs }) => {
      const [, awsRole] = /^attribute\.aws_role == '([^']+)'$/.exec(inputs.attributeCondition) ?? [];
      if (awsRole === undefined)
        throw new Error(
          `The provider ${name} has a condition that local mode does not know: ${inputs.attributeCondition}`,
        );
      return {
        audience: prefix + physicalName,
        accountId: inputs.aws.accountId,
        awsRole,
      };
    });
}

/** The role that signed the request, as an AWS provider maps it by default; local access keys stand for signatures. */
function callerOf(subjectToken: string, audience: string, identities: Identities): string {
  const { headers } = signedRequest.parse(JSON.parse(decodeURIComponent(subjectToken)));
  const header = (name: string) => headers.find(({ key }) => key.toLowerCase() === name)?.value;
  if (header("x-goog-cloud-target-resource") !== audience)
    throw new Error("The signed request is meant for another identity provider.");
  const [, accessKeyId = ""] = /Credential=([^/]+)\//.exec(header("authorization") ?? "") ?? [];
  const role = identities.roleOf(accessKeyId);
  if (!role) throw new Error(`AWS does not know the access key ${accessKeyId} of the signed request.`);
  return `arn:aws:sts::${account}:assumed-role/${role.name}`;
}
