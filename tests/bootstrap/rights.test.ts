/** What previews and deployments may do: all that the program needs, nothing of another stack, and no data to read. */
import { z } from "zod";
import { awsRights, awsRows, passedTo } from "../../bootstrap/aws-rights";
import { googleRights, googleRows, projectGrants } from "../../bootstrap/google-rights";
import { synthesizeOther } from "../program/stacks";
import { type Synthesis, synthesize } from "../program/synth";

const scope = { region: "eu-central-1", accountId: "123456789012", project: "wattlake" };
const statements = z.array(
  z.object({
    Action: z.array(z.string()),
    Resource: z.array(z.string()),
    Condition: z.record(z.string(), z.unknown()).optional(),
  }),
);
const rights = (stack: string, access: "preview" | "deploy") =>
  statements.parse(awsRights({ ...scope, stack }, access));

describe("the program", () => {
  const syntheses: Synthesis[] = [];
  // One after the other: the Pulumi runtime is global.
  beforeAll(async () => {
    syntheses.push(await synthesize("dev"), await synthesize("prod"), await synthesizeOther());
  }, 180_000);
  const resources = () => syntheses.flatMap((synthesis) => synthesis.resources);

  test("has no type of resource that nobody may create", () => {
    const known = new Set([...Object.keys(awsRows({ ...scope, stack: "dev" })), ...Object.keys(googleRows)]);
    const types = new Set(resources().map(({ type }) => type));
    expect([...types].filter((type) => /^(aws|gcp):/.test(type) && !known.has(type))).toEqual([]);
  });

  test("has no role of a service that it may not be passed to", () => {
    const trust = z.object({
      Statement: z.array(z.object({ Principal: z.object({ Service: z.string().optional() }) })),
    });
    const services = resources()
      .filter(({ type }) => type === "aws:iam/role:Role")
      .flatMap(({ inputs }) => trust.parse(inputs.assumeRolePolicy).Statement)
      .flatMap(({ Principal }) => Principal.Service ?? []);
    expect([...new Set(services)].sort()).toEqual([...passedTo].sort());
  });

  test("grants no role in the project that it may not", () => {
    const granted = resources()
      .filter(({ type }) => type === "gcp:projects/iAMMember:IAMMember")
      .map(({ inputs }) => inputs.role);
    expect([...new Set(granted)]).toEqual([...projectGrants]);
  });
});

test("no action is a wildcard, and what has no name yet is all that is allowed everywhere", () => {
  for (const stack of ["dev", "prod"]) {
    const all = rights(stack, "deploy");
    expect(all.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
    const everywhere = all.filter(({ Resource }) => Resource.includes("*"));
    expect(everywhere.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      [["backup-storage:MountCapsule"], undefined],
      [["iot:DescribeEndpoint", "iot:CreateCertificateFromCsr"], undefined],
      [
        ["Get", "Create", "Update", "Delete"].map((verb) => `lambda:${verb}EventSourceMapping`),
        { ArnLike: { "lambda:FunctionArn": `arn:aws:lambda:eu-central-1:123456789012:function:wattlake-${stack}-*` } },
      ],
      [["states:ValidateStateMachineDefinition"], undefined],
    ]);
  }
});

test("everything else is the stack's own, but for what meters and AWS name", () => {
  const resources = rights("dev", "deploy").flatMap(({ Resource }) => Resource);
  const foreign = resources.filter((arn) => arn !== "*" && !/[:/]wattlake(-dev-|_dev_)/.test(arn));
  expect(foreign.map((arn) => arn.split(":").slice(2).join(":").replace("eu-central-1:123456789012:", ""))).toEqual([
    "kms:key/*",
    "backup:backup-plan:*",
    "logs:log-group:*",
    "cloudwatch:alarm:*",
    "iot:thing/*",
    "iot:cert/*",
    "lambda:event-source-mapping:*",
  ]);
  expect(resources.filter((arn) => arn.includes("bootstrap"))).toEqual([]);
});

test("a preview only looks, and at no data", () => {
  const actions = rights("prod", "preview").flatMap(({ Action }) => Action);
  expect(actions.filter((action) => !/:(Get|List|Describe|Validate|View)/.test(action))).toEqual([]);
  const data = [
    "s3:GetObject",
    "s3:GetObjectVersion",
    "sqs:ReceiveMessage",
    "logs:GetLogEvents",
    "lambda:InvokeFunction",
  ];
  expect(actions.filter((action) => data.includes(action))).toEqual([]);
  const google = googleRights("preview");
  expect(google.filter((permission) => !/\.(get|list|getIamPolicy|getServiceAccount)$/.test(permission))).toEqual([]);
  expect(google.filter((permission) => /getData|objects\.|\.actAs|getAccessToken|secret/i.test(permission))).toEqual(
    [],
  );
});

test("prod's data cannot be deleted by who deploys it; dev can be destroyed whole", () => {
  const deleting = (stack: string) =>
    rights(stack, "deploy")
      .filter(({ Action }) => Action.some((action) => /^s3:Delete(Bucket|Object|ObjectVersion)$/.test(action)))
      .flatMap(({ Resource }) => Resource);
  expect(deleting("prod")).toEqual(["arn:aws:s3:::wattlake-prod-*/reference/*"]);
  expect(deleting("dev")).toEqual(
    expect.arrayContaining(["arn:aws:s3:::wattlake-dev-*", "arn:aws:s3:::wattlake-dev-*/*"]),
  );
});

test("a role's policies stay below what IAM takes inline, 10,240 characters with that of the state", () => {
  const { length } = JSON.stringify(
    awsRights({ ...scope, region: "ap-southeast-2", stack: "fifteen-letters" }, "deploy"),
  );
  expect(length).toBeLessThan(10_240 - 1_500);
});
