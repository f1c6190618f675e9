/** The live path in the program: what it may do, how it is federated into BigQuery, and that one flag takes all of it away. */
import { z } from "zod";
import { type Synthesis, synthesize } from "./synth";

let on: Synthesis;
let off: Synthesis;
beforeAll(async () => {
  // Stored slots have rights of their own.
  const beside = { "wattlake:alerts": { email: "home@example.org" }, "wattlake:warehouse": { materialize: false } };
  on = await synthesize("dev", beside);
  off = await synthesize("dev", { ...beside, "wattlake:ingest": { live: false } });
});

const record = z.record(z.string(), z.unknown());
const statements = (synthesis: Synthesis, name: string) =>
  z
    .object({ Statement: z.array(z.object({ Action: z.array(z.string()), Resource: z.array(z.string()) })) })
    .parse(synthesis.get("aws:iam/rolePolicy:RolePolicy", name).inputs.policy).Statement;
const assumedRole = "arn:aws:sts::123456789012:assumed-role/live-stream-role";

describe("the queue", () => {
  test("is encrypted, retries within the minute in which insert ids are remembered, and has dead letters", () => {
    const queue = on.get("aws:sqs/queue:Queue", "live-queue").inputs;
    expect(queue).toMatchObject({ sqsManagedSseEnabled: true, messageRetentionSeconds: 14_400 });
    const timeout = z.number().parse(on.get("aws:lambda/function:Function", "live-stream").inputs.timeout);
    expect(queue.visibilityTimeoutSeconds).toBe(6 * timeout);
    expect(queue.visibilityTimeoutSeconds).toBeLessThan(60);
    expect(JSON.parse(z.string().parse(queue.redrivePolicy))).toEqual({
      deadLetterTargetArn: expect.stringMatching(/:live-dead-letters$/),
      maxReceiveCount: expect.any(Number),
    });
    expect(on.get("aws:sqs/queue:Queue", "live-dead-letters").inputs).toMatchObject({
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: 14 * 86_400,
    });
  });

  test("keeps trying for its whole retention, and sees what never works in the dead-letter queue before that is over", () => {
    const queue = z
      .object({ visibilityTimeoutSeconds: z.number(), messageRetentionSeconds: z.number(), redrivePolicy: z.string() })
      .parse(on.get("aws:sqs/queue:Queue", "live-queue").inputs);
    const { visibilityTimeoutSeconds: visibility, messageRetentionSeconds: retention } = queue;
    const { maxReceiveCount } = z.object({ maxReceiveCount: z.int() }).parse(JSON.parse(queue.redrivePolicy));
    const window = z
      .number()
      .parse(
        on.get("aws:lambda/eventSourceMapping:EventSourceMapping", "live-mapping").inputs
          .maximumBatchingWindowInSeconds,
      );
    expect(maxReceiveCount * visibility).toBeGreaterThan(0.94 * retention);
    expect(maxReceiveCount * (visibility + window)).toBeLessThan(retention - visibility);
    // What SQS accepts.
    expect(maxReceiveCount).toBeLessThanOrEqual(1000);
  });

  test("gets what each topic rule takes, beside its delivery into the lake", () => {
    for (const rule of on.ofType("aws:iot/topicRule:TopicRule")) {
      expect(rule.inputs.sqs).toEqual([
        {
          queueUrl: expect.stringMatching(/\/live-queue$/),
          roleArn: expect.stringMatching(/:role\/ingest-role$/),
          useBase64: false,
        },
      ]);
      expect(rule.inputs.firehoses).toHaveLength(1);
    }
    expect(statements(on, "ingest-policy")).toContainEqual(
      expect.objectContaining({
        Action: ["sqs:SendMessage"],
        Resource: [expect.stringMatching(/^arn:aws:sqs:.*:live-queue$/)],
      }),
    );
  });
});

describe("the function", () => {
  test("reads its queue and the reference data, and nothing else", () => {
    const [list, read, logs, queue] = [
      { Action: ["s3:ListBucket"], Resource: ["arn:aws:s3:::lake-bucket"] },
      {
        Action: ["s3:GetObject"],
        Resource: [
          "arn:aws:s3:::lake-bucket/reference/meters.jsonl",
          "arn:aws:s3:::lake-bucket/reference/zone_days.jsonl",
        ],
      },
      {
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [expect.stringMatching(/live-stream-logs:\*$/)],
      },
      {
        Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        Resource: [expect.stringMatching(/:live-queue$/)],
      },
    ];
    expect(statements(on, "live-stream-policy")).toEqual([list, read, queue, logs]);
  });

  test("gets batches of a second, several at once, and reports what failed of them", () => {
    expect(on.get("aws:lambda/eventSourceMapping:EventSourceMapping", "live-mapping").inputs).toEqual({
      eventSourceArn: expect.stringMatching(/:live-queue$/),
      functionName: expect.stringMatching(/:function:live-stream$/),
      functionResponseTypes: ["ReportBatchItemFailures"],
      batchSize: 250,
      maximumBatchingWindowInSeconds: 1,
      scalingConfig: { maximumConcurrency: 4 },
    });
  });

  test("is not reported by Lambda batch by batch, others are run by run", () => {
    const level = (name: string) =>
      z
        .object({ systemLogLevel: z.string().optional() })
        .parse(on.get("aws:lambda/function:Function", name).inputs.loggingConfig).systemLogLevel;
    expect([level("live-stream"), level("aggregation-collect-hour")]).toEqual(["WARN", undefined]);
  });

  test("knows its table, and credentials without a secret", () => {
    const { variables } = z
      .object({ variables: z.record(z.string(), z.string()) })
      .parse(on.get("aws:lambda/function:Function", "live-stream").inputs.environment);
    const { GOOGLE_CREDENTIALS = "", ...rest } = variables;
    expect(rest).toEqual({
      LAKE_BUCKET: "lake-bucket",
      LIVE_TABLE: "wattlake-demo.wattlake.live_readings",
      LIVE_DAYS: "3",
      REGISTRY_SECONDS: "300",
    });
    expect(JSON.parse(GOOGLE_CREDENTIALS)).toEqual({
      type: "external_account",
      audience: expect.stringMatching(
        /^\/\/iam\.googleapis\.com\/projects\/\d+\/locations\/global\/workloadIdentityPools\/live-[a-z0-9-]+\/providers\/aws-role$/,
      ),
      subject_token_type: "urn:ietf:params:aws:token-type:aws4_request",
      token_url: "https://sts.googleapis.com/v1/token",
      credential_source: {
        environment_id: "aws1",
        regional_cred_verification_url:
          "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
      },
    });
  });

  test("no function is told of an emulator: that is for the machine that runs one to say", () => {
    for (const { inputs } of on.ofType("aws:lambda/function:Function"))
      expect(JSON.stringify(inputs.environment)).not.toMatch(/EMULATOR|127\.0\.0\.1|localhost|http:\/\//);
  });

  test("its archive holds the two clients, the federation and zod", () => {
    const { code } = on.get("aws:lambda/function:Function", "live-stream").inputs;
    const files = z.object({ assets: z.record(z.string(), z.string().optional()) }).parse(code).assets;
    const packages = Object.keys(files).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1] ?? []);
    expect(packages).toEqual(
      expect.arrayContaining(["@aws-sdk/client-s3", "@google-cloud/bigquery", "google-auth-library", "zod"]),
    );
    expect(packages.filter((name) => /^(@pulumi|temporal-polyfill|@duckdb|aedes)/.test(name))).toEqual([]);
    const required = [...(files["__index.js"] ?? "").matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name);
    expect([...new Set(required)].sort()).toEqual([
      "@aws-sdk/client-s3/dist-cjs/index.js",
      "@google-cloud/bigquery/build/src/index.js",
      "crypto",
      "fs",
      "google-auth-library/build/src/index.js",
      "stream",
      "stream/promises",
      "zod",
    ]);
  });
});

describe("federation", () => {
  test("admits this one role of this account, into a pool that no earlier role had", () => {
    const pool = on.get("gcp:iam/workloadIdentityPool:WorkloadIdentityPool", "live-writer-pool").inputs;
    expect(pool.workloadIdentityPoolId).toBe("live-aroalive-stream-role");
    expect(
      on.get("gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider", "live-writer-provider").inputs,
    ).toEqual({
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: "aws-role",
      aws: { accountId: "123456789012" },
      attributeCondition: `attribute.aws_role == '${assumedRole}'`,
    });
  });

  test("lets the role stream into this one table, and not delete it", () => {
    const role = on.get("gcp:projects/iAMCustomRole:IAMCustomRole", "live-writer-role").inputs;
    expect(role).toEqual({
      roleId: "wattlake_dev_live_writer",
      title: "wattlake dev: streams live readings",
      permissions: ["bigquery.datasets.get", "bigquery.tables.get", "bigquery.tables.updateData"],
    });
    const [grant, ...others] = on.ofType("gcp:bigquery/iamMember:IamMember");
    expect(others).toEqual([]);
    expect(grant?.inputs).toEqual({
      project: "wattlake-demo",
      datasetId: "wattlake",
      tableId: "live_readings",
      role: expect.stringMatching(/^projects\/.*\/roles\/wattlake_dev_live_writer$/),
      member: expect.stringMatching(
        new RegExp(
          `^principalSet://iam\\.googleapis\\.com/projects/.*/live-[a-z0-9-]+/attribute\\.aws_role/${assumedRole}$`,
        ),
      ),
    });
  });

  test("there is no key, and no service account but that of the scheduled query", () => {
    const accounts = on.resources.filter(({ type }) => type.startsWith("gcp:serviceaccount/"));
    expect(accounts.filter(({ type }) => /key/i.test(type))).toEqual([]);
    expect(accounts.filter(({ parent }) => parent !== "checks")).toEqual([]);
  });
});

test("who is alerted hears of a queue that is not read, of an outage, and of messages that BigQuery refuses", () => {
  const alarm = (name: string) => on.get("aws:cloudwatch/metricAlarm:MetricAlarm", name).inputs;
  expect(alarm("alarms-live-lag")).toMatchObject({
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: "live-queue" },
    threshold: 900,
  });
  // SQS counts no message as oldest that was taken three times: of an outage the function's failures tell.
  expect(alarm("alarms-live-failing")).toMatchObject({
    namespace: "AWS/Lambda",
    metricName: "Errors",
    statistic: "Sum",
    dimensions: { FunctionName: "live-stream" },
    threshold: 1,
    period: 60,
    evaluationPeriods: 15,
    datapointsToAlarm: 12,
  });
  expect(alarm("alarms-live-refused")).toMatchObject({
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: "live-dead-letters" },
    threshold: 1,
  });
});

test("rows expire after three days", () => {
  const { inputs } = on.get("gcp:bigquery/table:Table", "warehouse-live_readings");
  expect(inputs).toMatchObject({
    deletionProtection: false,
    timePartitioning: { type: "DAY", field: "date", expirationMs: 3 * 86_400_000 },
  });
});

test("switched off, nothing of it is left: no resource, right, environment or word in a view", () => {
  const traces = off.resources.filter(
    (resource) =>
      /(?<![a-z])live|principalSet|bigquery\.data/i.test(JSON.stringify(resource)) &&
      // It reads data, of whichever path.
      resource.name !== "checks-read",
  );
  expect(traces.map(({ name }) => name)).toEqual([]);
  const names = ({ resources }: Synthesis) => new Set(resources.map(({ type, name }) => `${type} ${name}`));
  const gone = [...names(on)].filter((name) => !names(off).has(name)).map((name) => name.split(" ")[1]);
  expect(gone.sort()).toEqual(
    [
      ...["live", "live-dead-letters", "live-queue", "live-mapping"],
      ...["live-stream", "live-stream", "live-stream-logs", "live-stream-role", "live-stream-policy"],
      ...["live-writer", "live-writer-pool", "live-writer-provider", "live-writer-role", "live-writer-grant"],
      ...[
        "live-writer-iam-api",
        "live-writer-sts-api",
        "alarms-live-lag",
        "alarms-live-refused",
        "alarms-live-failing",
        "google-alarms-live-inserts",
      ],
      ...["warehouse-live_readings", "warehouse-live_merged", "warehouse-live_power"],
    ].sort(),
  );
  const rule = (synthesis: Synthesis) => synthesis.get("aws:iot/topicRule:TopicRule", "ingest-gen1").inputs;
  const { sqs, ...delivered } = rule(on);
  expect(sqs).toBeDefined();
  expect(rule(off)).toEqual(delivered);
  const view = (synthesis: Synthesis) =>
    record.parse(synthesis.get("gcp:bigquery/table:Table", "warehouse-day_readings").inputs.view).query;
  expect(view(on)).toContain("live_merged");
  expect(view(off)).not.toContain("UNION");
});
