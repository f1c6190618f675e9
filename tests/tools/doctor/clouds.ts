/**
 * Stand-ins of what the doctor asks: AWS as the SDK's own request handler gets it, in the XML of its query APIs, and
 * Google's REST answers. The shapes are those of the services' references.
 */
import { Readable } from "node:stream";
import { awsChosenRights, awsRights } from "../../../bootstrap/aws-rights";
import { evaluate, readStatements } from "../../../local/aws/iam";
import type { Registered } from "../../../local/program/graph";
import type { Transport } from "../../../tools/doctor/calls/aws-calls";
import type { Answer, GoogleCalls } from "../../../tools/doctor/calls/google-calls";
import type { Patient } from "../../../tools/doctor/check";

export const account = "123456789012";
export const role = `arn:aws:iam::${account}:role/deployers/wattlake-deploy`;

const requestId = "<ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata>";
const result = (action: string, content: string) =>
  `<${action}Response><${action}Result>${content}</${action}Result>${requestId}</${action}Response>`;

/** What AWS answers to an action. */
export type AwsAnswer = (parameters: URLSearchParams) => { readonly status: number; readonly body: string };

export const awsError =
  (code: string, message: string): AwsAnswer =>
  () => ({
    status: 403,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>${requestId}</ErrorResponse>`,
  });

const listOf = (parameters: URLSearchParams, name: string) =>
  [...parameters].filter(([key]) => key.startsWith(`${name}.member.`)).map(([, value]) => value);

/** IAM's simulator over the rights that the bootstrap gives a deployment. */
export const simulate =
  (stack: string, without: readonly string[] = []): AwsAnswer =>
  (parameters) => {
    const scope = { region: "eu-central-1", accountId: account, project: "wattlake", stack };
    const Statement = [...awsRights(scope, "deploy"), ...awsChosenRights(scope, "deploy")];
    const statements = readStatements({ Version: "2012-10-17", Statement }, "deploy");
    const key = parameters.get("ContextEntries.member.1.ContextKeyName");
    const context =
      key === null ? {} : { [key]: parameters.get("ContextEntries.member.1.ContextKeyValues.member.1") ?? "" };
    const members = listOf(parameters, "ActionNames").flatMap((action) =>
      listOf(parameters, "ResourceArns").map((resource) => {
        const allowed = !without.includes(action) && evaluate(statements, { action, resource, context }) === "allowed";
        return `<member><EvalActionName>${action}</EvalActionName><EvalResourceName>${resource}</EvalResourceName><EvalDecision>${allowed ? "allowed" : "implicitDeny"}</EvalDecision><MatchedStatements/><MissingContextValues/></member>`;
      }),
    );
    const content = `<IsTruncated>false</IsTruncated><EvaluationResults>${members.join("")}</EvaluationResults>`;
    return { status: 200, body: result("SimulatePrincipalPolicy", content) };
  };

/** An account where a deployment's role is signed in. */
export const wellAws = (stack: string): Record<string, AwsAnswer> => ({
  GetCallerIdentity: () => ({
    status: 200,
    body: result(
      "GetCallerIdentity",
      `<Arn>arn:aws:sts::${account}:assumed-role/wattlake-deploy/me</Arn><UserId>AROAEXAMPLE:me</UserId><Account>${account}</Account>`,
    ),
  }),
  GetRole: () => ({
    status: 200,
    body: result(
      "GetRole",
      `<Role><Path>/deployers/</Path><RoleName>wattlake-deploy</RoleName><RoleId>AROAEXAMPLE</RoleId><Arn>${role}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate></Role>`,
    ),
  }),
  SimulatePrincipalPolicy: simulate(stack),
});

export interface Asked {
  readonly action: string;
  readonly parameters: URLSearchParams;
}

/** HEAD requests are S3's, and answered 200. */
export function awsTransport(answers: Readonly<Record<string, AwsAnswer>>, asked: Asked[] = []): Transport {
  const handle = async ({ method, body }: { readonly method: string; readonly body?: unknown }) => {
    if (method === "HEAD") return { response: { statusCode: 200, headers: {}, body: Readable.from([]) } };
    const parameters = new URLSearchParams(String(body));
    const action = parameters.get("Action") ?? "";
    asked.push({ action, parameters });
    const answer = answers[action];
    if (!answer) throw new Error(`AWS is asked ${action}`);
    const { status, body: text } = answer(parameters);
    return { response: { statusCode: status, headers: { "content-type": "text/xml" }, body: Readable.from([text]) } };
  };
  return {
    requestHandler: { handle, updateHttpClientConfig() {}, httpHandlerConfigs: () => ({}) },
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "not-a-secret" },
  };
}

/** What Google says of an API that is off. */
export const disabled = (service: string): Answer => ({
  status: 403,
  body: {
    error: {
      code: 403,
      message: `${service} has not been used in project 415104041262 before or it is disabled. Enable it.`,
      status: "PERMISSION_DENIED",
      details: [
        {
          "@type": "type.googleapis.com/google.rpc.Help",
          links: [{ description: "Google developers console API activation" }],
        },
        {
          "@type": "type.googleapis.com/google.rpc.ErrorInfo",
          reason: "SERVICE_DISABLED",
          domain: "googleapis.com",
          metadata: { service, consumer: "projects/415104041262" },
        },
      ],
    },
  },
});

export const forbidden: Answer = {
  status: 403,
  body: { error: { code: 403, message: "The caller does not have permission", status: "PERMISSION_DENIED" } },
};

/** A project where all is on and everything is allowed, but for what is named. */
export function googleCalls({
  off = [],
  without = [],
  answers = {},
}: {
  readonly off?: readonly string[];
  readonly without?: readonly string[];
  /** By the host that is asked. */
  readonly answers?: Readonly<Record<string, Answer>>;
} = {}): GoogleCalls {
  return {
    async get(url) {
      const { host, pathname, searchParams } = new URL(url);
      const given = answers[host];
      if (given) return given;
      if (host === "serviceusage.googleapis.com") {
        const services = searchParams.getAll("names").map((name) => ({
          name: name.replace(/^projects\/[^/]+/, "projects/415104041262"),
          config: { name: name.split("/").at(-1) },
          state: off.some((each) => name.endsWith(`/${each}`)) ? "DISABLED" : "ENABLED",
          parent: "projects/415104041262",
        }));
        return { status: 200, body: { services } };
      }
      if (host === "cloudbilling.googleapis.com")
        return {
          status: 200,
          body: { billingEnabled: true, billingAccountName: "billingAccounts/012345-6789AB-CDEF01" },
        };
      if (host === "cloudresourcemanager.googleapis.com")
        return {
          status: 200,
          body: { name: "projects/415104041262", projectId: pathname.split("/").at(-1), state: "ACTIVE" },
        };
      throw new Error(`Google is asked ${url}`);
    },
    async ask(_, body) {
      const asked = "permissions" in body && Array.isArray(body.permissions) ? body.permissions : [];
      if (asked.length > 100) return { status: 400, body: { error: { code: 400, message: "too many permissions" } } };
      return { status: 200, body: { permissions: asked.filter((each) => !without.includes(each)) } };
    },
  };
}

/** A program of one resource of each type. */
export const resourcesOf = (types: readonly string[]): Registered[] =>
  types.map((type) => ({
    type,
    name: "it",
    id: "it",
    custom: true,
    inputs: type === "gcp:projects/service:Service" ? { service: "storagetransfer.googleapis.com" } : {},
    state: {},
  }));

export const pulumi: Patient["pulumi"] = {
  version: "3.270.0",
  isFetched: () => true,
  backend: async () => "s3://state?region=eu-central-1",
};
