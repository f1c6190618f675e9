/**
 * Turns the identity of a workflow run into credentials of both clouds: AWS's for an hour, Google's asked for whenever they
 * are needed. Nothing is stored that outlives the run.
 */
import { join } from "node:path";
import { fromWebToken } from "@aws-sdk/credential-provider-web-identity";
import { z } from "zod";
import { access as accessSchema } from "../../bootstrap/access";
import { type Access, awsAudience } from "../../bootstrap/subjects";

const environment = z.object({
  /** The bootstrap's output `access`, kept as a variable of the repository. */
  WATTLAKE_ACCESS: z.string().min(1),
  ACTIONS_ID_TOKEN_REQUEST_URL: z.url(),
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: z.string().min(1),
  GITHUB_RUN_ID: z.string().default("local"),
  RUNNER_TEMP: z.string().min(1),
});

export interface SignedIn {
  /** What a log must never show. */
  readonly secrets: readonly string[];
  /** For the steps that follow. */
  readonly variables: Readonly<Record<string, string>>;
  readonly googleCredentials: { readonly path: string; readonly text: string };
}

/** @throws where the run has no identity, the stack is unknown, or AWS does not trust the run. */
export async function signIn(stack: string, access: Access, variables: unknown): Promise<SignedIn> {
  const given = environment.safeParse(variables);
  if (!given.success)
    throw new Error(
      `This is no workflow run that may sign in (docs/pull-requests.md): ${z.prettifyError(given.error)}`,
    );
  const run = given.data;
  const { backend, region, stacks } = accessSchema.parse(JSON.parse(run.WATTLAKE_ACCESS));
  const identity = stacks[stack]?.[access];
  if (!identity)
    throw new Error(`WATTLAKE_ACCESS has no stack "${stack}"; it has ${Object.keys(stacks).join(", ") || "none"}.`);

  const tokenUrl = (audience: string) => {
    const url = new URL(run.ACTIONS_ID_TOKEN_REQUEST_URL);
    url.searchParams.set("audience", audience);
    return url.href;
  };
  const bearer = `bearer ${run.ACTIONS_ID_TOKEN_REQUEST_TOKEN}`;
  const aws = await fromWebToken({
    roleArn: identity.awsRole,
    roleSessionName: `github-${run.GITHUB_RUN_ID}`,
    webIdentityToken: await readToken(tokenUrl(awsAudience), bearer),
    clientConfig: { region },
  })();

  const path = join(run.RUNNER_TEMP, `google-${stack}-${access}.json`);
  const google = {
    type: "external_account",
    audience: `//iam.googleapis.com/${identity.googleProvider}`,
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: "https://sts.googleapis.com/v1/token",
    service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${identity.googleAccount}:generateAccessToken`,
    credential_source: {
      url: tokenUrl(`https://iam.googleapis.com/${identity.googleProvider}`),
      headers: { Authorization: bearer },
      format: { type: "json", subject_token_field_name: "value" },
    },
  };
  const { accessKeyId, secretAccessKey, sessionToken = "" } = aws;
  return {
    secrets: [accessKeyId, secretAccessKey, sessionToken].filter((secret) => secret !== ""),
    variables: {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      GOOGLE_APPLICATION_CREDENTIALS: path,
      PULUMI_BACKEND_URL: backend,
    },
    googleCredentials: { path, text: JSON.stringify(google) },
  };
}

const tokenAnswer = z.object({ value: z.string().min(1) });

async function readToken(url: string, authorization: string): Promise<string> {
  const response = await fetch(url, { headers: { authorization } });
  if (!response.ok) throw new Error(`GitHub gave no identity token: ${response.status} ${await response.text()}`);
  return tokenAnswer.parse(await response.json()).value;
}
