/** Schedules: expressions of EventBridge in a time zone, and that a due one starts its target with its role. */

import { createIdentities } from "../../../local/aws/iam/identity";
import { parseSchedule } from "../../../local/aws/scheduler/schedule-expression";
import { startSchedules } from "../../../local/aws/scheduler/scheduler";
import { createClock } from "../../../local/clock";
import { createGraph } from "../../../local/program/graph";
import { allow, resource, role, roleArn, service } from "../fixture";

const at = (text: string) => Date.parse(text);
const dues = (expression: string, zone: string, after: string, count: number) => {
  const next = parseSchedule(expression, zone, at(after));
  const found: string[] = [];
  for (let due = next(at(after)); due !== undefined && found.length < count; due = next(due))
    found.push(new Date(due).toISOString());
  return found;
};

describe("expressions", () => {
  it.each([
    ["cron(7 * * * ? *)", "UTC", "2025-06-01T12:07:00Z", ["2025-06-01T13:07:00.000Z", "2025-06-01T14:07:00.000Z"]],
    ["cron(0 4 * * ? *)", "Europe/Warsaw", "2025-06-01T02:00:00Z", ["2025-06-02T02:00:00.000Z"]],
    [
      "cron(0/15 10-11 ? * MON-WED *)",
      "UTC",
      "2025-06-01T00:00:00Z",
      ["2025-06-02T10:00:00.000Z", "2025-06-02T10:15:00.000Z"],
    ],
    [
      "cron(0 0 L FEB ? 2027-2028)",
      "UTC",
      "2025-06-01T00:00:00Z",
      ["2027-02-28T00:00:00.000Z", "2028-02-29T00:00:00.000Z"],
    ],
    [
      "cron(30 1,13 1 1/6 ? *)",
      "UTC",
      "2025-06-01T00:00:00Z",
      ["2025-07-01T01:30:00.000Z", "2025-07-01T13:30:00.000Z"],
    ],
    ["rate(5 minutes)", "UTC", "2025-06-01T00:01:00Z", ["2025-06-01T00:06:00.000Z", "2025-06-01T00:11:00.000Z"]],
    ["rate(1 hour)", "UTC", "2025-06-01T00:01:00Z", ["2025-06-01T01:01:00.000Z"]],
    ["at(2025-06-02T08:00:00)", "Europe/London", "2025-06-01T00:00:00Z", ["2025-06-02T07:00:00.000Z"]],
  ])("%s in %s after %s", (expression, zone, after, expected) => {
    expect(dues(expression, zone, after, expected.length)).toEqual(expected);
  });

  it("skips a local time that does not exist, and takes one that comes twice once", () => {
    expect(dues("cron(30 2 * * ? *)", "Europe/Warsaw", "2025-03-29T12:00:00Z", 1)).toEqual([
      "2025-03-31T00:30:00.000Z",
    ]);
    expect(dues("cron(30 2 * * ? *)", "Europe/Warsaw", "2025-10-25T12:00:00Z", 2)).toEqual([
      "2025-10-26T00:30:00.000Z",
      "2025-10-27T01:30:00.000Z",
    ]);
  });

  it("has an end", () => {
    expect(dues("at(2025-06-02T08:00:00)", "UTC", "2025-06-03T00:00:00Z", 1)).toEqual([]);
    expect(dues("cron(0 0 1 1 ? 2024)", "UTC", "2025-06-03T00:00:00Z", 1)).toEqual([]);
  });

  it.each([
    ["every hour", "begins with rate, cron or at"],
    ["rate(0 minutes)", "a rate is a number"],
    ["cron(0 * * * *)", "six fields"],
    ["cron(0 0 1 * MON *)", "one of day-of-month and day-of-week is ?"],
    ["cron(60 * * * ? *)", '"60" is none of 0 to 59'],
    ["cron(0 0 15W * ? *)", '"15W" is none of 1 to 31'],
    ["cron(0/0 * * * ? *)", "has no step"],
  ])("%s is refused", (expression, reason) => {
    expect(() => parseSchedule(expression, "UTC", 0)).toThrow(reason);
  });
});

describe("schedules of the graph", () => {
  const machine = "arn:aws:states:eu-central-1:123456789012:stateMachine:run";
  const started: [number, unknown][] = [];
  const problems: string[] = [];

  function begin(rights: object[]) {
    started.length = problems.length = 0;
    const clock = createClock(at("2025-06-01T12:00:00Z"));
    const graph = createGraph([
      ...role("schedule", service("scheduler"), ...rights),
      resource("aws:scheduler/schedule:Schedule", "hourly", {
        scheduleExpression: "cron(10 * * * ? *)",
        target: { arn: machine, roleArn: roleArn("schedule"), input: '{"from":"x"}' },
      }),
    ]);
    const start = async (_: string, input: unknown) => {
      started.push([clock.now(), input]);
    };
    return {
      clock,
      timer: startSchedules({
        graph,
        identities: createIdentities(graph),
        clock,
        start,
        onProblem: (problem) => problems.push(problem),
      }),
    };
  }

  it("starts the target at each due instant, until it is cancelled", async () => {
    const { clock, timer } = begin([allow("states:StartExecution", machine)]);
    expect(timer.first).toBe(at("2025-06-01T12:10:00Z"));
    await clock.advanceTo(at("2025-06-01T14:00:00Z"));
    timer.cancel();
    await clock.advanceTo(at("2025-06-01T16:00:00Z"));
    expect(started).toEqual([
      [at("2025-06-01T12:10:00Z"), { from: "x" }],
      [at("2025-06-01T13:10:00Z"), { from: "x" }],
    ]);
    expect(problems).toEqual([]);
  });

  it("starts nothing that its role may not start", async () => {
    const { clock } = begin([allow("states:StartExecution", `${machine}-other`)]);
    await clock.advanceTo(at("2025-06-01T12:30:00Z"));
    expect(started).toEqual([]);
    expect(problems).toEqual([expect.stringContaining("The role schedule is not allowed states:StartExecution")]);
  });
});
