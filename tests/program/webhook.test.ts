/** `alerts.webhook`: what the program makes of it, and the function as it is deployed, over a parameter and an address of this machine. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime";
import { z } from "zod";
import { parseConfig } from "../../config";
import { refusePlain, secretKeysVariable } from "../../configuration/plain-secrets";
import { createIdentities } from "../../local/aws/iam";
import { openLambdas } from "../../local/aws/lambda/functions";
import { createGraph, type Registered, registerResources } from "../../local/program/graph";
import { readStackConfig, withoutSecrets } from "../../local/program/stack-config";

const token = "T0/B0/very-secret";
const channelType = "gcp:monitoring/notificationChannel:NotificationChannel";
const functionType = "aws:lambda/function:Function";
const name = "alarms-webhook";
let resources: readonly Registered[];
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  const { values, ...stack } = readStackConfig(join(__dirname, "../.."), "dev");
  const webhook = withoutSecrets("wattlake:alerts", { webhook: { secure: "v1:ciphertext" } });
  const given = { ...values, "wattlake:alerts": webhook };
  resources = await registerResources({ ...stack, values: given, secretKeys: ["wattlake:alerts"] });
}, 300_000);
const ofType = (type: string) => resources.filter((resource) => resource.type === type);
const inputsOf = (type: string, logical: string) =>
  z.looseObject({}).parse(ofType(type).find((resource) => resource.name === logical)?.inputs);

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

test("alarms need no mail: the topic tells the function, which alone may read the address", () => {
  const topic = expect.stringMatching(/:alarms-topic$/);
  const arn = expect.stringMatching(/:function:alarms-webhook$/);
  expect(ofType("aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs)).toEqual([
    { topic, protocol: "lambda", endpoint: arn },
  ]);
  expect(inputsOf("aws:lambda/permission:Permission", `${name}-permission`)).toMatchObject({
    principal: "sns.amazonaws.com",
    sourceArn: topic,
  });
  expect(ofType("aws:cloudwatch/metricAlarm:MetricAlarm").length).toBeGreaterThan(5);
  const statements = z
    .object({ policy: z.object({ Statement: z.array(z.unknown()) }) })
    .parse(inputsOf("aws:iam/rolePolicy:RolePolicy", `${name}-policy`)).policy.Statement;
  expect(statements).toEqual([
    {
      Effect: "Allow",
      Action: ["ssm:GetParameter"],
      Resource: [expect.stringMatching(/:parameter\/alarms-webhook-url$/)],
    },
    expect.objectContaining({ Action: ["logs:CreateLogStream", "logs:PutLogEvents"] }),
  ]);
});

test("the address is a secret of the parameter, Google has it to tell it, and it stands nowhere else", () => {
  const holding = resources.filter(({ inputs }) => JSON.stringify(inputs).includes("secret.invalid"));
  expect(holding).toMatchObject([
    { type: "aws:ssm/parameter:Parameter", inputs: { type: "SecureString" } },
    {
      type: channelType,
      inputs: {
        type: "webhook_tokenauth",
        labels: { [specialSigKey]: specialSecretSig, value: { url: expect.stringContaining("secret.invalid") } },
      },
    },
  ]);
});

test("every policy of Google tells it, and no mail is needed for that", () => {
  expect(ofType(channelType).map(({ name: logical }) => logical)).toEqual(["google-alarms-webhook"]);
  const policies = ofType("gcp:monitoring/alertPolicy:AlertPolicy");
  expect(policies.length).toBeGreaterThan(2);
  for (const { inputs } of policies)
    expect(inputs).toMatchObject({ notificationChannels: [expect.stringMatching(/\/google-alarms-webhook$/)] });
});

test("an address that stands in the file for everybody is refused, and no mistake shows one", () => {
  const before = process.env[secretKeysVariable];
  ends.push(() => {
    process.env[secretKeysVariable] = before ?? "";
  });
  const refuse = () => refusePlain("wattlake:alerts", "wattlake:alerts.webhook");
  process.env[secretKeysVariable] = '["wattlake:other"]';
  expect(refuse).toThrow("config set --secret --path wattlake:alerts.webhook");
  process.env[secretKeysVariable] = '["wattlake:alerts"]';
  expect(refuse).not.toThrow();
  const sites = readStackConfig(join(__dirname, "../.."), "dev").values["wattlake:sites"];
  const plain = () => parseConfig({ sites, alerts: { webhook: `http://hooks.example.org/${token}` } });
  expect(plain).toThrow("wattlake:alerts.webhook must be an https address, as a secret.");
  expect(plain).not.toThrow(token);
});

interface Answered {
  readonly bodies: unknown[];
  readonly server: Server;
  readonly url: string;
}

async function listen(answer: (body: string, request: IncomingMessage) => { status: number; body?: string }) {
  const bodies: unknown[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      bodies.push(JSON.parse(text));
      const { status, body = "" } = answer(text, request);
      response.writeHead(status, { connection: "close", "content-type": "application/x-amz-json-1.1" }).end(body);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  ends.push(() => new Promise((done) => server.close(done)));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { bodies, server, url: `http://127.0.0.1:${address.port}` } satisfies Answered;
}

/** The deployed function, whose parameter says `address`; SSM asks the program's roles. */
async function open(address: string) {
  const graph = createGraph(resources);
  const identities = createIdentities(graph);
  const parameter = graph.resources.find(({ type }) => type === "aws:ssm/parameter:Parameter");
  const ssm = await listen((body, { headers }) => {
    const [, accessKeyId] = /Credential=([^/]+)\//.exec(headers.authorization ?? "") ?? [];
    const { Name, WithDecryption } = z
      .object({ Name: z.string(), WithDecryption: z.boolean() })
      .parse(JSON.parse(body));
    const { allowed } = identities.authorize({
      accessKeyId,
      ...{ action: "ssm:GetParameter", resource: parameter?.arn ?? "", conditions: {} },
    });
    const known = headers["x-amz-target"] === "AmazonSSM.GetParameter" && Name === parameter?.physicalName;
    if (!allowed || !known || !WithDecryption) return { status: 400, body: '{"__type":"AccessDeniedException"}' };
    return { status: 200, body: JSON.stringify({ Parameter: { Name, Value: address } }) };
  });
  const changed = resources.map((resource) => {
    if (resource.type !== functionType || resource.name !== name) return resource;
    const inputs = z.looseObject({ environment: z.object({ variables: z.record(z.string(), z.string()) }) });
    const { environment, ...rest } = inputs.parse(resource.inputs);
    const variables = { ...environment.variables, AWS_ENDPOINT_URL_SSM: ssm.url };
    return { ...resource, inputs: { ...rest, environment: { variables } } };
  });
  const stateDirectory = mkdtempSync(join(tmpdir(), "wattlake-webhook-"));
  ends.push(() => rmSync(stateDirectory, { recursive: true }));
  const lambdas = openLambdas(createGraph(changed), { identities, s3Endpoint: "http://127.0.0.1:9", stateDirectory });
  ends.push(lambdas.close);
  return {
    tell: (...messages: string[]) =>
      lambdas.invoke(name, { Records: messages.map((Message) => ({ Sns: { Message, Subject: null } })) }),
    log: () => readFileSync(join(stateDirectory, "logs", `${name}.log`), "utf8"),
  };
}
const alarm = (NewStateValue: string) =>
  JSON.stringify({
    AlarmName: "wattlake-prod-alarms-silent-3f9c1a",
    AlarmDescription: "A site sent nothing. What to do: docs/operations.md#alarms-silent",
    NewStateValue,
    OldStateValue: "OK",
    Region: "EU (Frankfurt)",
  });

test("the deployed function posts a short text of each alarm, and logs no address", async () => {
  const hook = await listen(() => ({ status: 200 }));
  const { tell, log } = await open(`${hook.url}/${token}`);
  expect(await tell(alarm("ALARM"), alarm("OK"), "a plain message")).toEqual({ told: 3 });
  const of = { alarm: "wattlake-prod-alarms-silent-3f9c1a" };
  expect(hook.bodies).toEqual([
    {
      ...{ ...of, state: "ALARM" },
      text: "wattlake-prod-alarms-silent-3f9c1a is raised: A site sent nothing. What to do: docs/operations.md#alarms-silent",
    },
    { ...of, state: "OK", text: "wattlake-prod-alarms-silent-3f9c1a is over." },
    { text: "a plain message" },
  ]);
  expect(log()).toContain('"status":200');
  expect(log()).not.toContain(token);
}, 300_000);

test("what is not taken fails, so that it is tried again, and no error has the address", async () => {
  const hook = await listen(() => ({ status: 503 }));
  const { tell, log } = await open(`${hook.url}/${token}`);
  await expect(tell(alarm("ALARM"))).rejects.toThrow("the webhook answered 503");
  const nobody = await open(`http://127.0.0.1:9/${token}`);
  await expect(nobody.tell(alarm("ALARM"))).rejects.toThrow(/^the webhook cannot be reached \(\w+\)$/);
  const wrong = await open(`no address ${token}`);
  await expect(wrong.tell(alarm("ALARM"))).rejects.toThrow(/^the webhook cannot be reached \(ERR_INVALID_URL\)$/);
  for (const { log: text } of [{ log }, nobody, wrong]) expect(text()).not.toContain(token);
}, 300_000);
