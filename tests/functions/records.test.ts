/** The alarms that read a function's records: the deployed functions log what the program's metric filters look for. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { makeCollectHour } from "../../functions/collect-hour";
import { referenceKeys } from "../../functions/lake/keys";
import { createCloudWatch } from "../../local/aws/cloudwatch";
import { readPattern } from "../../local/aws/cloudwatch/metric-filters";
import { createIdentities } from "../../local/aws/iam/identity";
import { openLambdas } from "../../local/aws/lambda/functions";
import { loadGraph } from "../../local/program/graph";
import { readStackConfig } from "../../local/program/stack-config";
import { referenceOf, sourceSteps, startLakes } from "./lake";
import { gen1Line } from "./messages";

const filterInputs = z.object({
  logGroupName: z.string(),
  pattern: z.string(),
  metricTransformation: z.object({ namespace: z.string(), name: z.string(), value: z.string() }),
});
const alarmInputs = z.looseObject({ namespace: z.string(), metricName: z.string(), threshold: z.number() });
const functionInputs = z.object({ loggingConfig: z.object({ logGroup: z.string() }) });

/** What a selector `$.a.b` finds in a record. */
const select = (record: unknown, selector: string): unknown =>
  selector
    .split(".")
    .slice(1)
    .reduce<unknown>((value, name) => z.looseObject({}).safeParse(value).data?.[name], record);

test("undelivered messages, a certificate that ends, an hour that is not understood and a silent site raise their alarms", async () => {
  jest.spyOn(console, "log").mockImplementation();
  const directory = mkdtempSync(join(tmpdir(), "wattlake-records-"));
  const lakes = await startLakes();
  const stack = readStackConfig(join(__dirname, "../.."), "dev");
  const alerts = { "wattlake:alerts": { email: "home@example.org" }, "wattlake:ingest": { live: false } };
  const graph = await loadGraph({ ...stack, values: { ...stack.values, ...alerts } });
  const lake = await lakes.open(referenceOf({ a: "UTC" }, { from: "2025-05-20", to: "2025-07-31" }));
  await lake.put("errors/rule=gen1/date=2025-06-01/1-x.json", "{}");
  await lake.put("errors/rule=gen2/date=2025-06-01/2-y.json", "{}");
  await lake.putRaw("2025-06-01T10", "a", [gen1Line("em-a", 0, "power", 1, Date.parse("2025-06-01T10:30:00Z"))]);
  await lake.putRaw("2025-06-01T11", "b", ["not a message"]);
  const certificates = [{ thing: "g3-a", ends: "2025-07-01T00:00:00.000Z" }];
  await lake.put(referenceKeys.watched, JSON.stringify({ meters: [], certificates }));
  const steps = sourceSteps(lake);
  await makeCollectHour()({ hour: "2025-06-01T10" });
  await steps.commit({ next: "2025-06-01T11" });
  // And days that nobody archived.
  for (const day of ["20", "21", "22"]) await lake.putRaw(`2025-05-${day}T10`, "old.gz", ["x"]);

  // The functions as deployed, on this lake.
  const onThisLake: typeof graph = {
    resources: graph.resources,
    all: (type, schema) =>
      graph.all(type, schema).map((resource) => {
        const inputs = z.looseObject({ environment: z.unknown() }).safeParse(resource.inputs);
        if (type !== "aws:lambda/function:Function" || !inputs.success) return resource;
        const environment = { variables: lake.environment };
        return { ...resource, inputs: schema.parse({ ...inputs.data, environment }) };
      }),
  };
  const identities = createIdentities(graph);
  const s3Endpoint = lake.environment.AWS_ENDPOINT_URL_S3;
  let now = Date.parse("2025-06-01T12:00:00Z");
  const cloudWatch = createCloudWatch(graph, { clock: { now: () => now } });
  const raised = () =>
    cloudWatch
      .alarms()
      .filter(({ state }) => state === "ALARM")
      .map(({ name }) => name)
      .sort();
  const lambdas = openLambdas(onThisLake, { identities, s3Endpoint, stateDirectory: directory, cloudWatch });
  try {
    const functions = graph.all("aws:lambda/function:Function", functionInputs);
    const named = (step: string) => functions.find(({ name }) => name.endsWith(step))?.physicalName ?? "";
    await lambdas.invoke(named("plan-run"), { now: "2025-06-01T12:10:00.000Z" });
    await lambdas.invoke(named("collect-hour"), { hour: "2025-06-01T11" });
    await lambdas.invoke(named("commit-run"), { next: "2025-06-01T12" });
    await lambdas.close();

    const filters = graph
      .all("aws:cloudwatch/logMetricFilter:LogMetricFilter", filterInputs)
      .filter(({ name }) => name.startsWith("alarms-") && name !== "alarms-readings-records");
    const metrics = filters.map(({ inputs }) => {
      const { logGroupName, pattern, metricTransformation } = inputs;
      const { physicalName = "" } = functions.find((each) => each.inputs.loggingConfig.logGroup === logGroupName) ?? {};
      const records = readFileSync(join(directory, "logs", `${physicalName}.log`), "utf8")
        .trimEnd()
        .split("\n");
      const values = records
        .map((line): unknown => JSON.parse(line))
        .filter(readPattern(pattern))
        .map((record) => select(record, metricTransformation.value));
      return { ...metricTransformation, values };
    });
    expect(metrics.map(({ values }) => values).sort()).toEqual([[1], [1], [100], [5]]);
    const alarms = graph.all("aws:cloudwatch/metricAlarm:MetricAlarm", alarmInputs);
    now += 60_000;
    expect(raised()).toEqual(["alarms-quarantined", "alarms-silent", "alarms-unfinished"]);
    for (const { namespace, name, values } of metrics) {
      const read = alarms.filter(({ inputs }) => inputs.namespace === namespace && inputs.metricName === name);
      expect(read.map(({ inputs }) => Number(values[0]) >= inputs.threshold)).toEqual([true]);
    }
  } finally {
    await lambdas.close();
    await lakes.close();
    rmSync(directory, { recursive: true, force: true });
  }
}, 120_000);
