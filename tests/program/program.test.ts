/** The whole program, synthesized: what it consists of, and what must hold for every resource, whatever is added later. */
import { z } from "zod";
import { lambdaPackages } from "../../components/aws/lambda-packages";
import { dependencies } from "../../package.json";
import { type Catalog, readCatalog, withoutBlocks, withoutLive } from "../../sql/catalog";
import { materializeSlots } from "../../sql/materialization";
import {
  alerts,
  audit,
  budgets,
  directDelivery,
  hourlyMirror,
  type Inventory,
  inventory,
  liveOff,
  materialized,
  recovery,
  stateful,
} from "./inventory";
import { allAlarms, forEach, synthesizeOther, synthesizeRegistered } from "./stacks";
import { type Synthesis, type SynthesizedResource, synthesize, synthesizeAnew } from "./synth";

const relationTypes = ["gcp:bigquery/table:Table", "gcp:bigquery/routine:Routine"];
/** As many as the configuration has clients: see meter-gateway.test.ts. */
const clientTypes = [
  "aws:iot/thing:Thing",
  "aws:iot/policy:Policy",
  "aws:iot/certificate:Certificate",
  "aws:iot/policyAttachment:PolicyAttachment",
  "aws:iot/thingPrincipalAttachment:ThingPrincipalAttachment",
];

let dev: Synthesis;
let prod: Synthesis;
let other: Synthesis;

beforeAll(async () => {
  dev = await synthesize("dev");
  prod = await synthesize("prod");
  other = await synthesizeOther();
});

const each = (type: string, check: Parameters<typeof forEach>[2]) => forEach([dev, prod, other], type, check);

describe("the inventory", () => {
  const counts = ({ resources }: Synthesis): Inventory => {
    const types = resources
      .map(({ type }) => type)
      .filter((type) => ![...relationTypes, ...clientTypes].includes(type));
    return Object.fromEntries([...new Set(types)].map((type) => [type, types.filter((each) => each === type).length]));
  };
  const present = (expected: Inventory) =>
    Object.fromEntries(Object.entries(expected).filter(([, count]) => count > 0));

  test("of dev and of prod is the same: slots are stored; and prod has copies of its lake", () => {
    expect(counts(dev)).toEqual({ ...inventory, ...materialized });
    expect(counts(prod)).toEqual({ ...inventory, ...materialized, ...recovery });
  });

  test("follows live path, delivery, mirror, alerts and audit", () => {
    expect(counts(other)).toEqual(
      present({ ...inventory, ...liveOff, ...directDelivery, ...hourlyMirror, ...alerts, ...budgets, ...audit }),
    );
  });

  test("has who read and wrote data logged, of both services that hold it, only where that is chosen", () => {
    const configs = other.ofType("gcp:projects/iAMAuditConfig:IAMAuditConfig").map(({ inputs }) => inputs);
    const auditLogConfigs = [{ logType: "DATA_READ" }, { logType: "DATA_WRITE" }];
    const project = "wattlake-demo";
    expect(configs).toEqual([
      { project, service: "bigquery.googleapis.com", auditLogConfigs },
      { project, service: "storage.googleapis.com", auditLogConfigs },
    ]);
    for (const synthesis of [dev, prod])
      expect(synthesis.resources.filter(({ type }) => type === "gcp:projects/iAMAuditConfig:IAMAuditConfig")).toEqual(
        [],
      );
  });

  const names = ({ resources }: Synthesis) =>
    resources.filter(({ type }) => relationTypes.includes(type)).map(({ name }) => name);
  const relations = ({ tables, nativeTables, functions, views }: Catalog) =>
    [...tables, ...nativeTables, ...functions, ...views].map(({ name }) => `warehouse-${name}`);

  test("has a resource for each table, function and view of the catalog", () => {
    const whole = withoutBlocks(readCatalog());
    expect(names(dev).sort()).toEqual(relations(materializeSlots(whole).catalog).sort());
    expect(names(prod).sort()).toEqual(relations(materializeSlots(whole).catalog).sort());
    expect(names(other).sort()).toEqual(relations(withoutLive(whole)).sort());
  });

  test("has the views of blocks where a plan has blocks", async () => {
    const meters = [{ id: "shellyem-5B1F0A", model: "EM", channels: [{ index: 0, name: "Grid", role: "grid" }] }];
    const home = { id: "home", timezone: "America/Los_Angeles", currency: "USD", tariff: "us-e-tou-c", meters };
    const blocks = await synthesize("dev", { "wattlake:sites": [home] });
    expect(names(blocks).sort()).toEqual(relations(materializeSlots(readCatalog()).catalog).sort());
    const price = ({ inputs }: SynthesizedResource) => JSON.stringify(inputs.view);
    const [without, having] = [dev, blocks].map((each) =>
      price(each.get(relationTypes[0] ?? "", "warehouse-priced_slots")),
    );
    expect(having).toContain("block_slots");
    expect(without).not.toContain("block_slots");
  });
});

describe("every resource", () => {
  test("is a child of a component, and is named after it", () => {
    const free = dev.resources.filter(({ type }) => !/^(pulumi|wattlake):/.test(type));
    expect(free.filter(({ name, parent }) => parent === undefined || !name.startsWith(parent))).toEqual([]);
  });

  test("gets the same inputs in a second synthesis: a preview without a change is empty", async () => {
    const again = await synthesizeAnew("dev");
    const changed = dev.resources.filter(({ type, name, inputs }) => {
      return JSON.stringify(again.get(type, name).inputs) !== JSON.stringify(inputs);
    });
    expect(changed.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
    expect(again.resources).toHaveLength(dev.resources.length);
  });

  test("that holds data is protected and retained in prod, and only there", () => {
    const unguarded = ({ protect, retainOnDelete }: SynthesizedResource) => !protect || !retainOnDelete;
    const guarded = ({ protect, retainOnDelete }: SynthesizedResource) => protect || retainOnDelete;
    const held = prod.resources.filter(({ type }) => stateful.includes(type));
    expect(new Set(held.map(({ type }) => type))).toEqual(new Set(stateful));
    expect(held.filter(unguarded)).toEqual([]);
    expect(dev.resources.filter(guarded)).toEqual([]);
    const emptied = ["forceDestroy", "deleteContentsOnDestroy"].flatMap((flag) =>
      held.filter(({ inputs }) => inputs[flag]),
    );
    expect(emptied).toEqual([]);
  });
});

describe("functions", () => {
  const archive = z.object({ assets: z.record(z.string(), z.string().optional()) });
  const filesOf = ({ inputs }: SynthesizedResource) => archive.parse(inputs.code).assets;
  const eachStep = (check: (resource: SynthesizedResource) => void) =>
    each("aws:lambda/function:Function", (resource) => resource.name.startsWith("aggregation-") && check(resource));

  test("every function has its own role and log, Node 24 on arm64, and knows the lake", () => {
    each("aws:lambda/function:Function", ({ name, inputs }) => {
      expect(inputs).toMatchObject({
        role: expect.stringMatching(new RegExp(`:role/${name}-role$`)),
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        loggingConfig: { logFormat: "JSON", logGroup: `${name}-logs` },
        environment: { variables: expect.objectContaining({ LAKE_BUCKET: "lake-bucket" }) },
      });
    });
  });

  test("the plan knows how long a message may wait in a buffer", () => {
    const seconds = (synthesis: Synthesis) =>
      z
        .object({ variables: z.object({ FLUSH_SECONDS: z.string() }) })
        .parse(synthesis.get("aws:lambda/function:Function", "aggregation-plan-run").inputs.environment).variables;
    expect(seconds(dev)).toEqual({ FLUSH_SECONDS: "300" });
    expect(seconds(prod)).toEqual({ FLUSH_SECONDS: "900" });
    expect(seconds(other)).toEqual({ FLUSH_SECONDS: "0" });
  });

  test("every archive of the batch path holds the callback, the S3 client and zod with what they need, and nothing else", () => {
    eachStep((resource) => {
      const files = filesOf(resource);
      const packages = Object.keys(files).flatMap(
        (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1] ?? [],
      );
      expect(packages).toEqual(expect.arrayContaining(["@aws-sdk/client-s3", "zod"]));
      const foreign = packages.filter((name) => !/^@(aws|aws-sdk|aws-crypto|smithy)\//.test(name));
      expect(foreign.sort()).toEqual(["bowser", "tslib", "zod"]);
      expect(Object.keys(files).filter((path) => !path.includes("node_modules/"))).toEqual(["__index.js"]);
    });
  });

  test("every callback of the batch path requires only Node's own modules and its packages", () => {
    eachStep((resource) => {
      const text = filesOf(resource)["__index.js"] ?? "";
      const required = [...text.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name ?? "");
      expect(required).not.toEqual([]);
      const known =
        /^(node:)?(crypto|fs|os|path|path\/posix|stream|stream\/promises|zlib|readline|events)$|^zod$|^@aws-sdk\/client-s3/;
      expect(required.filter((name) => !known.test(name))).toEqual([]);
    });
  });

  test("lambdaPackages leaves out every dependency that is not named", () => {
    const { extraExcludePackages } = lambdaPackages("zod");
    expect(extraExcludePackages).toEqual(Object.keys(dependencies).filter((name) => name !== "zod"));
  });
});

describe("operations", () => {
  test("every log group has a retention", () => {
    each("aws:cloudwatch/logGroup:LogGroup", ({ inputs }) => expect(inputs.retentionInDays).toBeGreaterThan(0));
  });

  test("runs are scheduled in the site's time zone, after the buffers are flushed, with a queue for missed starts", () => {
    const schedule = (synthesis: Synthesis) =>
      synthesis.get("aws:scheduler/schedule:Schedule", "aggregation-schedule").inputs;
    expect(schedule(dev)).toMatchObject({
      scheduleExpression: "cron(10 * * * ? *)",
      scheduleExpressionTimezone: "Europe/Warsaw",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: expect.stringContaining(":stateMachine:aggregation-run"),
        input: "{}",
        deadLetterConfig: { arn: expect.stringContaining("aggregation-missed-runs") },
      },
    });
    expect(schedule(prod).scheduleExpression).toBe("cron(20 * * * ? *)");
    expect(schedule(other)).toMatchObject({
      scheduleExpression: "cron(30 5 * * ? *)",
      scheduleExpressionTimezone: "Europe/London",
    });
  });

  test("with an address, failed and missed runs are told by mail", async () => {
    const all = await synthesizeRegistered(allAlarms);
    const topic = expect.stringMatching(/:alarms-topic$/);
    const alarm = (name: string) => other.get("aws:cloudwatch/metricAlarm:MetricAlarm", `alarms-${name}`).inputs;
    expect(other.get("aws:sns/topicSubscription:TopicSubscription", "alarms-email").inputs).toEqual({
      topic,
      protocol: "email",
      endpoint: "home@example.org",
    });
    expect(alarm("failed-runs")).toMatchObject({
      metricName: "ExecutionsFailed",
      dimensions: { StateMachineArn: other.outputs.stateMachineArn },
      threshold: 1,
      alarmActions: [topic],
    });
    // It costs, so a stack has it where it asks for it.
    const alarms = (synthesis: Synthesis) =>
      synthesis.ofType("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ name }) => name);
    expect(alarms(other)).not.toContain("alarms-missed-runs");
    expect(alarms(all)).toEqual(expect.arrayContaining(alarms(other)));
    expect(all.get("aws:cloudwatch/metricAlarm:MetricAlarm", "alarms-missed-runs").inputs).toMatchObject({
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "aggregation-missed-runs" },
      alarmActions: [topic],
    });
  });

  test("undelivered messages and silent sites are told, by what the runs log, once a run", () => {
    const alarm = (synthesis: Synthesis, name: string) =>
      synthesis.get("aws:cloudwatch/metricAlarm:MetricAlarm", `alarms-${name}`).inputs;
    const metric = { namespace: "wattlake/dev", statistic: "Maximum", threshold: 1, period: 86_400 };
    expect(alarm(other, "unfinished")).toMatchObject({ ...metric, treatMissingData: "notBreaching" });
    expect(alarm(other, "silent")).toMatchObject({ ...metric, treatMissingData: "breaching" });
    expect(alarm(other, "unfinished").dimensions).toBeUndefined();
    const filters = other
      .ofType("aws:cloudwatch/logMetricFilter:LogMetricFilter")
      // What flows is no alarm's.
      .filter(({ name }) => name.startsWith("alarms-") && name !== "alarms-readings-records")
      .map(({ inputs }) => inputs);
    // Two functions tell of what waits for a hand.
    const unfinished = expect.objectContaining({ name: "unfinished", value: "$.message.unfinished" });
    expect(filters).toEqual([
      {
        logGroupName: "aggregation-plan-run-logs",
        pattern: '{ $.message.unit = "plan-run" && $.message.unfinished = * }',
        metricTransformation: unfinished,
      },
      {
        logGroupName: "aggregation-collect-hour-logs",
        pattern: '{ $.message.unit = "collect-hour" && $.message.quarantinedPercent = * }',
        metricTransformation: {
          namespace: "wattlake/dev",
          name: "collect-hour quarantinedPercent",
          value: "$.message.quarantinedPercent",
        },
      },
      {
        logGroupName: "aggregation-commit-run-logs",
        pattern: '{ $.message.unit = "commit-run" && $.message.unfinished = * }',
        metricTransformation: unfinished,
      },
      {
        logGroupName: "aggregation-commit-run-logs",
        pattern: '{ $.message.unit = "commit-run" && $.message.silent = * }',
        metricTransformation: expect.objectContaining({ value: "$.message.silent" }),
      },
    ]);
  });

  test("the state machine calls the six functions", () => {
    const { definition } = dev.get("aws:sfn/stateMachine:StateMachine", "aggregation-run").inputs;
    const called = new Set(
      z
        .string()
        .parse(definition)
        .match(/arn:aws:lambda:[^"]+/g),
    );
    const functions = dev.ofType("aws:lambda/function:Function").filter(({ name }) => name.startsWith("aggregation-"));
    expect([...called].map((arn) => arn.split(":").at(-1)).sort()).toEqual(functions.map(({ name }) => name).sort());
  });
});
