/** docs/operations.md has an entry for each alarm of the program, and none without one; the alarms of a home are free. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { free, price } from "../../components/monitoring/aws-alarms";
import { scripts } from "../../package.json";
import { readCatalog } from "../../sql/catalog";
import { readChecks } from "../../sql/checks";
import { materializeSlots } from "../../sql/materialization";
import { allAlarms, synthesizeRegistered } from "../program/stacks";
import { type Synthesis, synthesize } from "../program/synth";

const page = readFileSync(join(__dirname, "../../docs/operations.md"), "utf8");
const entries = page
  .split(/^### /m)
  .slice(1)
  .filter((text) => !text.startsWith("Charges\n"))
  .map((text) => {
    const [name = "", ...lines] = text.split(/^## /m)[0]?.split("\n") ?? [];
    return { name, text: lines.join("\n") };
  });
let home: Synthesis;
let all: Synthesis;

beforeAll(async () => {
  // Every path that the program has: buffered and live, the mirror by events, stored slots.
  home = await synthesize("dev", { "wattlake:alerts": { email: "home@example.org" } });
  all = await synthesizeRegistered(allAlarms);
}, 300_000);

const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";
const filterType = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
const transformation = z.object({ metricTransformation: z.object({ namespace: z.string(), name: z.string() }) });
const ownMetrics = (synthesis: Synthesis) =>
  new Set(
    synthesis.ofType(filterType).map(({ inputs }) => {
      const { namespace, name } = transformation.parse(inputs).metricTransformation;
      return `${namespace} ${name}`;
    }),
  );

test("there is an entry for each alarm, in both clouds, and none more", () => {
  const alarms = [alarmType, "gcp:monitoring/alertPolicy:AlertPolicy"].map((type) =>
    all.ofType(type).map(({ name }) => name),
  );
  expect(alarms.map(({ length }) => length > 0)).toEqual([true, true]);
  expect(entries.map(({ name }) => name).sort()).toEqual(alarms.flat().sort());
});

test("what is told of an alarm leads to its entry", () => {
  for (const { name, inputs } of all.ofType(alarmType)) {
    expect(inputs.alarmDescription).toMatch(/\. What to do: docs\/operations\.md#[\w-]+$/);
    expect(String(inputs.alarmDescription).split("#")[1]).toBe(name);
    // What CloudWatch takes.
    expect(String(inputs.alarmDescription).length).toBeLessThanOrEqual(1024);
  }
});

test("what is told of a policy leads to its entry", () => {
  const told = z.object({ documentation: z.object({ content: z.string() }) });
  for (const { name, inputs } of all.ofType("gcp:monitoring/alertPolicy:AlertPolicy"))
    expect(told.parse(inputs).documentation.content).toMatch(new RegExp(`What to do: docs/operations\\.md#${name}$`));
});

test("an entry says what the alarm means, what to look at, what to do and what it costs", () => {
  for (const { name, text } of entries)
    expect([name, ...[...text.matchAll(/^- \*\*(.+?):\*\* \S/gm)].map(([, word]) => word)]).toEqual([
      name,
      "Means",
      "Look at",
      "Do",
      "Costs",
    ]);
});

test("each check has a line, and what they read between them is said", () => {
  const checks = readChecks();
  expect([...page.matchAll(/^ {2}\| `(\w+)` \|/gm)].map(([, name]) => name).sort()).toEqual(
    checks.map(({ name }) => name),
  );
  const { views } = materializeSlots(readCatalog()).catalog;
  const functions = readCatalog().functions.map(({ name }) => name);
  const tablesOf = (name: string): string[] =>
    views.find((view) => view.name === name)?.dependencies.flatMap(tablesOf) ??
    (functions.includes(name) ? [] : [name]);
  const read = checks.map(({ dependencies }) => new Set(dependencies.flatMap(tablesOf)).size);
  const tables = read.reduce((sum, each) => sum + each, 0);
  const [, said, megabytes, gigabytes] =
    /they read (\d+) tables between them.*?(\d+) MB a night, (\d+) GB a month/s.exec(page) ?? [];
  expect([said, megabytes, gigabytes].map(Number)).toEqual([tables, tables * 10, Math.round(tables * 0.305)]);
});

test("the commands that it names exist", () => {
  const named = [...page.matchAll(/`npm run ([\w-]+)/g)].map(([, name]) => name);
  expect(named).not.toEqual([]);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});

test("the alarms of a home are within what an account has free", () => {
  expect(home.ofType(alarmType).length).toBeLessThanOrEqual(free.alarms);
  expect(ownMetrics(home).size).toBeLessThanOrEqual(free.metrics);
  expect(page).toContain(`a home with every path has ${home.ofType(alarmType).length} alarms`);
  expect(page).toContain(`a\nstack has ${["no", "one", "two", "three", "four", "five"][ownMetrics(home).size]})`);
  // Each reads one metric: an alarm is billed by the metrics that it reads.
  for (const { inputs } of all.ofType(alarmType))
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(["namespace", "metricName"]));
});

test("an entry says what its alarm costs, and whether a stack has it by default", () => {
  const byDefault = new Set(home.ofType(alarmType).map(({ name }) => name));
  for (const { name, inputs } of all.ofType(alarmType)) {
    const costs = /^- \*\*Costs:\*\* (.*)$/m.exec(entries.find((entry) => entry.name === name)?.text ?? "")?.[1];
    const own = [...ownMetrics(all)].includes(`${inputs.namespace} ${inputs.metricName}`);
    const within = own ? "one alarm and one metric." : "one alarm.";
    const beyond = `${price.alarm.toFixed(2)} USD a month; only with \`alerts.alarms: all\`.`;
    expect([name, costs]).toEqual([name, byDefault.has(name) ? within : beyond]);
  }
});
