/** The dashboard in CloudWatch: each metric in it is one that an alarm reads or a service of the local cloud tells, and it is free. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { ruleKinds } from "../../components/aws/meter-gateway-things";
import { freeMetrics } from "../../components/monitoring/aws-dashboard";
import { createCloudWatch } from "../../local/aws/cloudwatch";
import { openDeliveryStreams } from "../../local/aws/firehose/delivery-stream";
import { createIdentities } from "../../local/aws/iam";
import { createTopicRules } from "../../local/aws/iot/rules/rules";
import { createQueues } from "../../local/aws/sqs";
import { createClock } from "../../local/clock";
import { createGraph } from "../../local/program/graph";
import { registerDemo } from "../local/clouds";
import { allAlarms, byChoice } from "./stacks";

const properties = z.strictObject({
  title: z.string(),
  region: z.literal("eu-central-1"),
  view: z.literal("timeSeries"),
  stat: z.enum(["Sum", "Maximum", "Average"]),
  period: z.int().multipleOf(60),
  metrics: z.tuple([z.array(z.string()).min(2)]),
  annotations: z
    .strictObject({ horizontal: z.tuple([z.strictObject({ label: z.string(), value: z.number() })]) })
    .optional(),
  yAxis: z.strictObject({ left: z.strictObject({ min: z.literal(0) }) }),
});
const placed = { x: z.int().min(0).max(23), y: z.int().min(0), width: z.int().min(1).max(24), height: z.int().min(1) };
/** As CloudWatch documents it: Dashboard body structure and syntax. */
const body = z.strictObject({
  widgets: z
    .array(
      z.discriminatedUnion("type", [
        z.strictObject({
          type: z.literal("alarm"),
          ...placed,
          properties: z.strictObject({ title: z.string(), alarms: z.array(z.string()).min(1).max(100) }),
        }),
        z.strictObject({ type: z.literal("metric"), ...placed, properties }),
      ]),
    )
    .max(500),
});

const alarmInputs = z.looseObject({
  namespace: z.string(),
  metricName: z.string(),
  dimensions: z.record(z.string(), z.string()).default({}),
  threshold: z.number(),
});

test.each([
  ["buffered", "all", allAlarms],
  ["direct", "free", byChoice],
])(
  "%s delivery, %s alarms",
  async (delivery, _, changes) => {
    const graph = createGraph(await registerDemo(changes));
    const [dashboard, ...others] = graph.all(
      "aws:cloudwatch/dashboard:Dashboard",
      z.strictObject({ dashboardName: z.string(), dashboardBody: z.string() }),
    );
    expect(others).toEqual([]);
    const { widgets } = body.parse(JSON.parse(dashboard?.inputs.dashboardBody ?? ""));
    const [status] = widgets;
    const read = graph.all("aws:cloudwatch/metricAlarm:MetricAlarm", alarmInputs);
    expect(status?.type === "alarm" && status.properties.alarms).toEqual(
      expect.arrayContaining(read.map(({ arn }) => arn)),
    );

    // The services that tell what no alarm reads.
    const clock = createClock(0);
    const cloudWatch = createCloudWatch(graph, { clock });
    const directory = mkdtempSync(join(tmpdir(), "wattlake-dashboard-"));
    const world = { clock, cloudWatch, identities: createIdentities(graph), s3Endpoint: "http://127.0.0.1:9" };
    const onProblem = () => undefined;
    const streams = openDeliveryStreams(graph, { ...world, directory, onFailure: onProblem });
    const queues = createQueues(graph, { ...world, onProblem });
    const rules = createTopicRules({ graph, ...world, streams, queues, onProblem });
    const graphs = widgets.flatMap((widget) => (widget.type === "metric" ? [widget.properties] : []));
    const drawn = graphs.map(({ title, metrics: [[namespace = "", metricName = "", ...pairs]], annotations }) => {
      const dimensions: Record<string, string> = {};
      for (let i = 0; i < pairs.length; i += 2) dimensions[pairs[i] ?? ""] = pairs[i + 1] ?? "";
      const metric = { namespace, metricName, dimensions };
      const alarm = read.find(
        ({ inputs, name }) =>
          isDeepStrictEqual(inputs.dimensions, dimensions) &&
          inputs.metricName === metricName &&
          name === `alarms-${title}`,
      );
      expect([title, annotations?.horizontal[0].value]).toEqual([title, alarm?.inputs.threshold]);
      return { title, alarm: alarm?.name, isTold: cloudWatch.emits(metric) };
    });
    expect(drawn.filter(({ alarm, isTold }) => alarm === undefined && !isTold)).toEqual([]);
    // A graph an alarm, beside what flows.
    expect(drawn.flatMap(({ alarm }) => alarm ?? []).sort()).toEqual(read.map(({ name }) => name).sort());
    expect(drawn.filter(({ alarm }) => alarm === undefined).map(({ title }) => title)).toEqual([
      ...(delivery === "direct" ? ruleKinds.map((kind) => `messages, ${kind}`) : ["messages"]),
      "readings, in the hour that they were collected",
    ]);
    expect(drawn.length).toBeLessThanOrEqual(freeMetrics);
    rules.close();
    for (const stream of streams) stream.close();
    rmSync(directory, { recursive: true });
  },
  300_000,
);
