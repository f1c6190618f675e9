/** `npm run cost -- --actual`, against stand-ins that answer as Cost Explorer and BigQuery do. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { CostExplorerClient } from "@aws-sdk/client-cost-explorer";
import { readStackConfig } from "../../local/program/stack-config";
import { projectDirectory } from "../../local/project";
import { daysOf, type Period, periodBefore } from "../../tools/cost/actual";
import { askClouds } from "../../tools/cost/actual-usage";
import { readArguments } from "../../tools/cost/arguments";
import { besideRows, formatBeside, serviceOf } from "../../tools/cost/beside";
import type { Estimate } from "../../tools/cost/estimate";
import { readPrices } from "../../tools/cost/prices";
import { askRunning } from "../../tools/query/client";

const stack = readStackConfig(projectDirectory, "dev");
const prices = readPrices("eu-central-1");
/** Thirty days. */
const period: Period = { from: "2026-11-01", to: "2026-12-01" };

type Answer = readonly [status: number, body: unknown];
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function textOf(incoming: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of incoming) text += String(chunk);
  return text;
}

/** Answers each request in turn, as JSON; tells what was asked. */
async function serve(answer: (method: string, path: string, body: string, target: string) => Answer) {
  const server = createServer(async (incoming, outgoing) => {
    const target = String(incoming.headers["x-amz-target"]);
    const [status, body] = answer(incoming.method ?? "", incoming.url ?? "", await textOf(incoming), target);
    outgoing.writeHead(status, { "content-type": "application/x-amz-json-1.1", connection: "close" });
    outgoing.end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}`;
}

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
const awsAt = (endpoint: string) =>
  new CostExplorerClient({ region: "us-east-1", endpoint, credentials, maxAttempts: 1 });
const googleAt = (url: string) =>
  askRunning({ url, token: "t", project: "my-project", dataset: "wattlake", ...started }, "x");
const started = { pid: 1, views: [] };

/** As Cost Explorer answers: amounts are text, a group is a service and a kind of use. */
const group = (service: string, usageType: string, usd: number, quantity: number) => ({
  Keys: [service, usageType],
  Metrics: {
    UnblendedCost: { Amount: usd.toFixed(10), Unit: "USD" },
    UsageQuantity: { Amount: quantity.toFixed(10), Unit: "N/A" },
  },
});
const pageOf = (groups: readonly unknown[], NextPageToken?: string) => ({
  DimensionValueAttributes: [],
  GroupDefinitions: [
    { Key: "SERVICE", Type: "DIMENSION" },
    { Key: "USAGE_TYPE", Type: "DIMENSION" },
  ],
  ...(NextPageToken && { NextPageToken }),
  ResultsByTime: [{ Estimated: false, Groups: groups, TimePeriod: { Start: period.from, End: period.to }, Total: {} }],
});

const charges = [
  group("AWS IoT", "EUC1-Messages", 0.21, 175_000),
  group("AWS IoT", "EUC1-RulesTriggered", 0.05, 280_000),
  group("Amazon Kinesis Firehose", "EUC1-BilledBytes", 0.04, 1.3),
  group("Amazon Simple Storage Service", "EUC1-Requests-Tier1", 0.21, 39_000),
  group("AWS Data Transfer", "EUC1-DataTransfer-Out-Bytes", 0.02, 0.3),
];

async function aws(tagged: readonly unknown[]) {
  const asked: { body: { Filter: unknown }; target: string }[] = [];
  const url = await serve((_method, _path, text, target) => {
    const body = JSON.parse(text);
    asked.push({ body, target });
    if (body.Filter.And) return [200, pageOf(tagged)];
    return body.NextPageToken === "more"
      ? [200, pageOf([group("Amazon Elastic Compute Cloud", "EUC1-BoxUsage", 7, 700)])]
      : [200, pageOf(charges, "more")];
  });
  return { url, asked };
}

/** As the jobs and results of BigQuery's REST interface. */
async function google(queries: number, bytes: number) {
  const asked: string[] = [];
  const reference = { projectId: "my-project", jobId: "j", location: "europe-west3" };
  const url = await serve((method, path, body) => {
    if (method === "POST") {
      asked.push(JSON.parse(body).configuration.query.query);
      return [200, { kind: "bigquery#job", jobReference: reference, status: { state: "DONE" } }];
    }
    if (!path.includes("/queries/"))
      return [200, { kind: "bigquery#job", jobReference: reference, status: { state: "DONE" } }];
    const fields = ["queries", "bytes_billed"].map((name) => ({ name, type: "INTEGER" }));
    const rows = [{ f: [{ v: String(queries) }, { v: String(bytes) }] }];
    return [200, { jobReference: reference, jobComplete: true, totalRows: "1", schema: { fields }, rows }];
  });
  return { url, asked };
}

const estimated: Estimate = {
  meters: [],
  lines: [
    { service: "IoT Core", item: "iot_message", amount: 1, listed: 0.4, usd: 0.31 },
    { service: "Firehose", item: "firehose_byte", amount: 1, listed: 0.04, usd: 0.04 },
    { service: "S3", item: "s3_write", amount: 1, listed: 0.22, usd: 0.22 },
    { service: "Step Functions", item: "states_transition", amount: 1, listed: 0.48, usd: 0.38 },
  ],
};

test("both clouds beside the estimate of the same days, a line a service; what is on no line has its own", async () => {
  const [amazon, big] = [await aws(charges.slice(2)), await google(312, 3 * 1024 ** 4)];
  const clouds = { costExplorer: awsAt(amazon.url), bigQuery: googleAt(big.url) };
  const actual = await askClouds(clouds, stack, "europe-west3", period);
  expect(actual.missing).toEqual([]);
  expect(amazon.asked.map(({ target }) => target)).toEqual(Array(3).fill("AWSInsightsIndexService.GetCostAndUsage"));
  expect(amazon.asked[0]?.body).toMatchObject({
    TimePeriod: { Start: "2026-11-01", End: "2026-12-01" },
    GroupBy: [
      { Type: "DIMENSION", Key: "SERVICE" },
      { Type: "DIMENSION", Key: "USAGE_TYPE" },
    ],
  });
  expect(amazon.asked[2]?.body.Filter).toMatchObject({
    And: [{}, { Tags: { Key: "project", Values: ["wattlake"] } }, { Tags: { Key: "stack", Values: ["dev"] } }],
  });
  expect(big.asked).toEqual([expect.stringContaining("`region-europe-west3`.INFORMATION_SCHEMA.JOBS")]);

  const rows = besideRows(estimated, actual.charges, actual.queries, prices, period);
  const share = 30 / (365.25 / 12);
  expect(rows).toEqual([
    { service: "IoT Core", estimated: 0.31 * share, account: expect.closeTo(0.26), tagged: undefined },
    { service: "Firehose", estimated: 0.04 * share, account: 0.04, tagged: 0.04 },
    { service: "S3", estimated: 0.22 * share, account: 0.21, tagged: 0.21 },
    { service: "Step Functions", estimated: 0.38 * share, account: undefined, tagged: undefined },
    { service: "transfer to Google", estimated: undefined, account: 0.02, tagged: 0.02 },
    { service: "Amazon Elastic Compute Cloud", estimated: undefined, account: 7, tagged: undefined },
    // Three TiB, of which one a month is free.
    {
      service: "BigQuery queries",
      estimated: undefined,
      account: expect.closeTo((3 - share) * 8.13),
      tagged: undefined,
    },
  ]);
  const text = formatBeside(rows, period, actual.charges, actual.queries);
  expect(text).toMatch(/^2026-11-01 until 2026-12-01, USD +estimated +charged +with the stack's tags$/m);
  expect(text).toMatch(/^IoT Core +0\.31 +0\.26 *$/m);
  expect(text).toMatch(/^S3 +0\.22 +0\.21 +0\.21$/m);
  expect(text).toContain("Cost Explorer took 3 requests, 0.03 dollars.");
  expect(text).toContain("312 queries of the dataset for 3,298,534,883,328 bytes");
});

test("tags that nobody has activated are told", async () => {
  const [amazon, big] = [await aws([]), await google(0, 0)];
  const clouds = { costExplorer: awsAt(amazon.url), bigQuery: googleAt(big.url) };
  const { charges: found, queries } = await askClouds(clouds, stack, "europe-west3", period);
  expect(formatBeside(besideRows(estimated, found, queries, prices, period), period, found, queries)).toContain(
    "activate them as cost allocation tags",
  );
});

test.each([
  ["AccessDeniedException", "may not ask Cost Explorer (ce:GetCostAndUsage)"],
  ["DataUnavailableException", "Cost Explorer has no data yet"],
  ["LimitExceededException", "Cost Explorer cannot be asked: slow down"],
])("%s is a sentence, and the other cloud is still asked", async (code, sentence) => {
  const url = await serve(() => [400, { __type: code, Message: "slow down", message: "slow down" }]);
  const big = await google(1, 10);
  const actual = await askClouds({ costExplorer: awsAt(url), bigQuery: googleAt(big.url) }, stack, "eu", period);
  expect(actual).toMatchObject({ charges: undefined, queries: { queries: 1, bytesBilled: 10 } });
  expect(actual.missing).toEqual([expect.stringContaining(sentence)]);
});

test("without credentials each cloud is a sentence", async () => {
  const none = new CostExplorerClient({
    region: "us-east-1",
    credentials: async () => {
      throw Object.assign(new Error("Could not load credentials"), { name: "CredentialsProviderError" });
    },
  });
  const bigQuery = {
    ...{ about: "", close: () => undefined },
    ask: () => Promise.reject(new Error("Could not load the default credentials. Browse to https://cloud.google.com")),
  };
  const { missing } = await askClouds({ costExplorer: none, bigQuery }, stack, "eu", period);
  expect(missing).toEqual([
    "AWS: there are no credentials here (aws sso login, or AWS_PROFILE).",
    "Google: there are no credentials here (gcloud auth application-default login).",
  ]);
});

test("a period is the last whole month, or the last days", () => {
  const now = Date.parse("2027-01-15T10:00:00Z");
  expect(periodBefore(now)).toEqual({ from: "2026-12-01", to: "2027-01-01" });
  expect(periodBefore(now, 7)).toEqual({ from: "2027-01-08", to: "2027-01-15" });
  expect(daysOf(periodBefore(Date.parse("2026-03-31T23:00:00Z")))).toBe(28);
  expect(() => readArguments(["--actual", "--days", "0"])).toThrow("--days");
  expect(readArguments(["--actual", "--days", "7"])).toMatchObject({ actual: true, days: 7 });
});

test.each([
  ["AWS IoT", "EUC1-Messages", "IoT Core"],
  ["Amazon Simple Storage Service", "EUC1-DataTransfer-Out-Bytes", "transfer to Google"],
  ["Amazon Simple Storage Service", "EUC1-TimedStorage-ByteHrs", "S3"],
  ["AmazonCloudWatch", "EUC1-CW:AlarmMonitorUsage", "CloudWatch"],
  ["AWS Backup", "EUC1-WarmStorage-ByteHrs-S3", "AWS Backup"],
])("%s, %s is on the line %s", (service, usageType, line) => {
  expect(serviceOf({ service, usageType })).toBe(line);
});
