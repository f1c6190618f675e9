/** `wattlake:audit` and `alerts.logRuns`: what a stack has of them where it asks for them, and nothing otherwise. */
import { z } from "zod";
import { awsChosenRights, awsRows } from "../../bootstrap/aws-rights";
import { nameRules } from "../../components/names/limits";
import { parseConfig } from "../../config";
import { byChoice, synthesizeRegistered } from "./stacks";
import { type Synthesis, synthesize } from "./synth";

const scope = { region: "eu-central-1", accountId: "123456789012", project: "wattlake", stack: "dev" };
const statements = z.array(
  z.object({
    Action: z.union([z.string(), z.array(z.string())]),
    Resource: z.unknown(),
    Condition: z.unknown().optional(),
  }),
);
const document = z.object({ policy: z.object({ Statement: statements }) });
const statementsOf = (type: string, name: string) => document.parse(audited.get(type, name).inputs).policy.Statement;
const roleType = "aws:iam/rolePolicy:RolePolicy";
const trailType = "aws:cloudtrail/trail:Trail";
const analyzerType = "aws:accessanalyzer/analyzer:Analyzer";
const machineType = "aws:sfn/stateMachine:StateMachine";

let plain: Synthesis;
let audited: Synthesis;
beforeAll(async () => {
  plain = await synthesize("dev");
  audited = await synthesizeRegistered(byChoice);
}, 300_000);

test("a stack that does not ask for it has none of it, and no role of it an action on everything", () => {
  expect([trailType, analyzerType].flatMap((type) => plain.ofType(type))).toEqual([]);
  for (const { inputs } of plain.ofType(machineType)) expect(inputs.loggingConfiguration).toBeUndefined();
  const everywhere = plain
    .ofType(roleType)
    .filter(({ inputs }) =>
      document.parse(inputs).policy.Statement.some(({ Resource }) => [Resource].flat().includes("*")),
    );
  expect(everywhere.map(({ name }) => name)).toEqual([]);
});

test("a log of runs has failures alone, without data, and its role what AWS asks for and no more", () => {
  const wanted = ["aggregation-run", "drill-run"];
  expect(
    audited
      .ofType(machineType)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(wanted);
  for (const name of wanted) {
    const group = `/aws/vendedlogs/states/wattlake-dev-${name}`;
    expect(audited.get("aws:cloudwatch/logGroup:LogGroup", `${name}-logs`).inputs).toEqual({
      name: group,
      retentionInDays: 30,
    });
    expect(audited.get(machineType, name).inputs.loggingConfiguration).toEqual({
      level: "ERROR",
      includeExecutionData: false,
      logDestination: `arn:aws:logs:eu-central-1:123456789012:log-group:${group}:*`,
    });
    const everywhere = statementsOf(roleType, `${name}-policy`).filter(({ Resource }) =>
      [Resource].flat().includes("*"),
    );
    expect(everywhere).toEqual([
      {
        // docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
        Action: [
          ...["Create", "Get", "Update", "Delete"].map((verb) => `logs:${verb}LogDelivery`),
          ...["logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies"],
          "logs:DescribeLogGroups",
        ],
        Resource: ["*"],
      },
    ]);
  }
});

test("the trail is of all regions, checks its files, and alone may write into its bucket", () => {
  expect(audited.get(trailType, "audit-trail").inputs).toMatchObject({
    ...{ name: "wattlake-dev-audit", s3BucketName: "audit-bucket" },
    ...{ isMultiRegionTrail: true, includeGlobalServiceEvents: true, enableLogFileValidation: true },
    eventSelectors: [
      {
        includeManagementEvents: true,
        dataResources: [{ type: "AWS::S3::Object", values: ["arn:aws:s3:::lake-bucket/"] }],
      },
    ],
  });
  const ofTrail = { "aws:SourceArn": "arn:aws:cloudtrail:eu-central-1:123456789012:trail/wattlake-dev-audit" };
  const acl = { "s3:x-amz-acl": "bucket-owner-full-control" };
  expect(statementsOf("aws:s3/bucketPolicy:BucketPolicy", "audit-policy")).toEqual([
    expect.objectContaining({ Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
    { Action: "s3:GetBucketAcl", Resource: "arn:aws:s3:::audit-bucket", Condition: { StringEquals: ofTrail } },
    {
      Action: "s3:PutObject",
      Resource: "arn:aws:s3:::audit-bucket/AWSLogs/123456789012/*",
      Condition: { StringEquals: { ...ofTrail, ...acl } },
    },
  ]);
  const blocked = audited.get("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "audit-public-access");
  expect(blocked.inputs).toMatchObject({ bucket: "audit-bucket", blockPublicPolicy: true });
  expect(
    audited.get("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "audit-lifecycle").inputs.rules,
  ).toMatchObject([{ expiration: { days: 90 } }]);
});

test("the analyzer is the account's", () => {
  expect(audited.get(analyzerType, "audit-analyzer").inputs).toEqual({
    analyzerName: "wattlake-dev-audit",
    type: "ACCOUNT",
  });
});

test("what it adds has rules for its names, and rights that are asked for by choice alone", () => {
  const types = [trailType, analyzerType];
  expect(types.filter((type) => !(type in nameRules))).toEqual([]);
  const rows = types.flatMap((type) => awsRows(scope)[type] ?? []);
  expect(rows).not.toEqual([]);
  expect(rows.filter(({ chosen }) => !chosen)).toEqual([]);
  const chosen = statements.parse(
    awsChosenRights({ ...scope, region: "ap-southeast-2", stack: "fifteen-letters" }, "deploy"),
  );
  const actions = chosen.flatMap(({ Action }) => Action);
  expect(actions.filter((action) => action.includes("*"))).toEqual([]);
  const everywhere = chosen.filter(({ Resource }) => [Resource].flat().includes("*"));
  expect(everywhere.flatMap(({ Action }) => Action)).toEqual(["cloudtrail:DescribeTrails", "ssm:DescribeParameters"]);
  // What IAM takes of a managed policy.
  expect(JSON.stringify(chosen).length).toBeLessThan(6144 - 50);
  const looking = statements.parse(awsChosenRights(scope, "preview")).flatMap(({ Action }) => Action);
  expect(looking.filter((action) => !/:(Get|List|Describe)/.test(action) || action === "ssm:GetParameter")).toEqual([]);
});

test("events of the lake without a trail are a mistake", () => {
  const sites = [
    {
      id: "home",
      timezone: "UTC",
      currency: "EUR",
      meters: [{ id: "em", model: "EM", channels: [{ index: 0, name: "Grid", role: "grid" }] }],
    },
  ];
  expect(() => parseConfig({ sites, audit: { lakeEvents: true } })).toThrow(
    "wattlake:audit.lakeEvents needs audit.trail, which records them.",
  );
});
