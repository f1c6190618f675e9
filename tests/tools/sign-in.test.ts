/** `npm run sign-in` against stand-ins of GitHub's token service and of AWS's STS. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const project = join(__dirname, "..", "..");
const issuerToken = "request-token";
const identityToken = "header.payload.signature";
const provider = "projects/1/locations/global/workloadIdentityPools/github-dev/providers/github";
const identity = (kind: string) => ({
  awsRole: `arn:aws:iam::123456789012:role/dev-${kind}`,
  googleProvider: provider,
  googleAccount: `github-${kind}-dev@project.iam.gserviceaccount.com`,
});
const access = {
  backend: "s3://state?region=eu-central-1",
  region: "eu-central-1",
  stacks: { dev: { preview: identity("preview"), deploy: identity("deploy") } },
};

let server: Server;
let address: string;
let directory: string;
let refuse = false;
const asked: { readonly path: string; readonly authorization: string | undefined; readonly body: string }[] = [];

async function answer(request: IncomingMessage): Promise<{ readonly status: number; readonly body: string }> {
  const body = await text(request);
  asked.push({ path: request.url ?? "", authorization: request.headers.authorization, body });
  if (request.method === "GET") return { status: 200, body: JSON.stringify({ value: identityToken }) };
  if (refuse)
    return {
      status: 403,
      body: "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error></ErrorResponse>",
    };
  const credentials =
    "<AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration>";
  return {
    status: 200,
    body: `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>${credentials}</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
  };
}

beforeEach(async () => {
  asked.length = 0;
  refuse = false;
  directory = mkdtempSync(join(tmpdir(), "sign-in-"));
  writeFileSync(join(directory, "env"), "");
  server = createServer((request, response) => {
    answer(request).then(({ status, body }) => response.writeHead(status, { connection: "close" }).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  if (typeof bound !== "object" || bound === null) throw new Error("no port");
  address = `http://127.0.0.1:${bound.port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true });
});

function signIn(args: readonly string[], changes: Record<string, string | undefined> = {}) {
  const child = spawn(process.execPath, ["-r", "./local/ts.cjs", "tools/sign-in.ts", ...args], {
    cwd: project,
    env: {
      PATH: process.env.PATH,
      WATTLAKE_ACCESS: JSON.stringify(access),
      ACTIONS_ID_TOKEN_REQUEST_URL: `${address}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: issuerToken,
      AWS_ENDPOINT_URL_STS: address,
      GITHUB_ENV: join(directory, "env"),
      GITHUB_RUN_ID: "42",
      RUNNER_TEMP: directory,
      ...changes,
    },
  });
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  return Promise.all([exit, text(child.stdout), text(child.stderr)]);
}

test("gives the steps that follow an hour of AWS and the way to Google, and masks what is secret", async () => {
  const [code, shown, complaints] = await signIn(["--stack", "dev", "--access", "preview"]);
  expect([code, complaints]).toEqual([0, ""]);

  const [token, sts] = asked;
  expect(token).toMatchObject({
    path: "/token?api-version=2.0&audience=sts.amazonaws.com",
    authorization: "bearer request-token",
  });
  expect(Object.fromEntries(new URLSearchParams(sts?.body))).toMatchObject({
    Action: "AssumeRoleWithWebIdentity",
    RoleArn: "arn:aws:iam::123456789012:role/dev-preview",
    RoleSessionName: "github-42",
    WebIdentityToken: identityToken,
  });

  const path = join(directory, "google-dev-preview.json");
  expect(readFileSync(join(directory, "env"), "utf8").split("\n")).toEqual([
    "AWS_ACCESS_KEY_ID=ASIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY=secret",
    "AWS_SESSION_TOKEN=session",
    `GOOGLE_APPLICATION_CREDENTIALS=${path}`,
    "PULUMI_BACKEND_URL=s3://state?region=eu-central-1",
    "",
  ]);
  for (const secret of ["ASIAEXAMPLE", "secret", "session"]) expect(shown).toContain(`::add-mask::${secret}\n`);

  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
    type: "external_account",
    audience: `//iam.googleapis.com/${provider}`,
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: "https://sts.googleapis.com/v1/token",
    service_account_impersonation_url:
      "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/github-preview-dev@project.iam.gserviceaccount.com:generateAccessToken",
    credential_source: {
      url: `${address}/token?api-version=2.0&audience=${encodeURIComponent(`https://iam.googleapis.com/${provider}`)}`,
      headers: { Authorization: "bearer request-token" },
      format: { type: "json", subject_token_field_name: "value" },
    },
  });
});

test("a run that AWS does not trust leaves nothing behind, and says what AWS said", async () => {
  refuse = true;
  const [code, , complaints] = await signIn(["--stack", "dev", "--access", "deploy"]);
  expect(code).toBe(1);
  expect(complaints).toContain("Not authorized to perform sts:AssumeRoleWithWebIdentity");
  expect(readFileSync(join(directory, "env"), "utf8")).toBe("");
});

test("a stack without access, and a run without an identity, are told in a sentence", async () => {
  const [, , unknown] = await signIn(["--stack", "test", "--access", "deploy"]);
  expect(unknown).toBe('WATTLAKE_ACCESS has no stack "test"; it has dev.\n');
  const [code, , noIdentity] = await signIn(["--stack", "dev", "--access", "preview"], {
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: undefined,
  });
  expect(code).toBe(1);
  expect(noIdentity).toContain("This is no workflow run that may sign in (docs/pull-requests.md)");
  expect(asked).toEqual([]);
});
