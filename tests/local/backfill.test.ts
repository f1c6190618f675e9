/** The backfill command: its arguments, its executions, and what it does with and without the AWS CLI. */
import { type Run, readStateMachineArn, startExecutions } from "../../tools/backfill/cloud";
import { type Ask, extentOf, mayBegin } from "../../tools/backfill/consent";
import { hourRanges, readArguments, shellCommand, startExecution } from "../../tools/backfill/plan";
import { readArguments as readProvisionArguments } from "../../tools/provision/arguments";
import { readArguments as readErrorsArguments } from "../../tools/replay-errors/arguments";
import { runProgram } from "../process";

const arn = "arn:aws:states:eu-central-1:123456789012:stateMachine:run";

describe("ranges", () => {
  it("includes both days and cuts after 31", () => {
    expect(hourRanges("2025-06-01", "2025-06-07")).toEqual([{ from: "2025-06-01T00", to: "2025-06-08T00" }]);
    expect(hourRanges("2025-06-01", "2025-06-01")).toEqual([{ from: "2025-06-01T00", to: "2025-06-02T00" }]);
    expect(hourRanges("2024-12-31", "2025-03-02")).toEqual([
      { from: "2024-12-31T00", to: "2025-01-31T00" },
      { from: "2025-01-31T00", to: "2025-03-03T00" },
    ]);
  });
});

describe("arguments", () => {
  it("reads a range, with the stack dev by default", () => {
    expect(readArguments(["--from", "2025-06-01", "--to", "2025-06-07", "--local"])).toMatchObject({
      from: "2025-06-01",
      to: "2025-06-07",
      stack: "dev",
      local: true,
    });
  });

  it("works on the household's own stack in the cloud, as provisioning does", () => {
    const range = ["--from", "2025-06-01", "--to", "2025-06-07"];
    for (const options of [[], ["--local"]]) {
      const { stack } = readProvisionArguments(["em", ...options]);
      expect(stack).toBe(options.length === 0 ? "prod" : "dev");
      expect(readArguments([...range, ...options]).stack).toBe(stack);
      expect(readErrorsArguments(options).stack).toBe(stack);
    }
    expect(readArguments([...range, "--stack", "test"]).stack).toBe("test");
  });

  it.each([
    [[], "--from and --to are needed."],
    [["--from", "2025-06-01"], "--from and --to are needed."],
    [["--from", "2025-06-31", "--to", "2025-07-01"], "--from must be a day YYYY-MM-DD."],
    [["--from", "2025-06-02", "--to", "2025-06-01"], "--from must not be after --to."],
    [["--from", "2025-06-01", "--to", "2025-06-01", "--state", "x"], "--state needs --local."],
    [
      ["--from", "2025-06-01", "--to", "2025-06-01", "--state-machine", "x"],
      "--state-machine must be the ARN of a state machine.",
    ],
    [
      ["--from", "2025-06-01", "--to", "2025-06-01", "--local", "--state-machine", arn],
      "--state-machine does not go with --local.",
    ],
    [["--since", "x"], "Unknown option '--since'"],
  ])("%j is refused: %s", (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });
});

describe("consent", () => {
  const whole = hourRanges("1970-01-01", "2099-12-31");
  const extent = extentOf("1970-01-01", "2099-12-31", whole);
  const answering = (answer: string): Ask => {
    return async (question) => {
      expect(question).toBe(`${extent}. Begin? [y/N] `);
      return answer;
    };
  };

  it("tells how much it is", () => {
    expect(extent).toBe("1970-01-01 to 2099-12-31: 47,482 days, 1,139,568 arrival hours, in 1,532 executions");
    expect(extentOf("2025-06-01", "2025-06-01", hourRanges("2025-06-01", "2025-06-01"))).toBe(
      "2025-06-01 to 2025-06-01: 1 day, 24 arrival hours, in 1 execution",
    );
  });

  it("asks about more than one execution, and takes only a yes for one", async () => {
    expect(await mayBegin(extent, whole, false, answering(" Yes"))).toBe(true);
    expect(await mayBegin(extent, whole, false, answering("y"))).toBe(true);
    for (const answer of ["", "n", "yesterday"])
      expect(await mayBegin(extent, whole, false, answering(answer))).toBe(false);
  });

  it("where nobody can be asked it needs --yes; what one execution does needs neither", async () => {
    await expect(mayBegin(extent, whole, false, undefined)).rejects.toThrow(
      `${extent}.\nNothing was started: say --yes if all of it is wanted.`,
    );
    expect(await mayBegin(extent, whole, true, undefined)).toBe(true);
    expect(await mayBegin("a week", hourRanges("2025-06-01", "2025-06-07"), false, undefined)).toBe(true);
    expect(readArguments(["--from", "1970-01-01", "--to", "2099-12-31", "--yes"])).toMatchObject({ yes: true });
  });
});

it("the command itself asks: a typing mistake of a year starts nothing", async () => {
  // Were it to begin all the same, it would end at a state folder that is a file.
  const args = ["--from", "1970-01-01", "--to", "2099-12-31", "--local", "--state", __filename];
  const { code, out, err } = await runProgram("tools/backfill.ts", args);
  expect(err).toMatch(/^1970-01-01 to 2099-12-31: .*\nNothing was started: say --yes if all of it is wanted\.\n$/);
  expect([code, out]).toEqual([1, ""]);
});

describe("in the cloud", () => {
  const ranges = hourRanges("2025-06-01", "2025-07-10");
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  beforeEach(() => void lines.splice(0));

  it("starts an execution for each range", async () => {
    const calls: (readonly string[])[] = [];
    const run: Run = async (program, args) => {
      calls.push([program, ...args]);
      return JSON.stringify({ executionArn: `${arn}:${calls.length}`, startDate: "x" });
    };
    expect(await startExecutions(arn, ranges, run, print)).toBe(true);
    expect(calls).toEqual(ranges.map((range) => ["aws", ...startExecution(arn, range), "--output", "json"]));
    expect(lines).toEqual([`2025-06-01T00 to 2025-07-02T00: ${arn}:1`, `2025-07-02T00 to 2025-07-11T00: ${arn}:2`]);
  });

  it("prints the commands where the AWS CLI is absent", async () => {
    const run: Run = () => Promise.reject(Object.assign(new Error("spawn aws ENOENT"), { code: "ENOENT" }));
    expect(await startExecutions(arn, ranges.slice(0, 1), run, print)).toBe(false);
    expect(lines[1]).toBe(
      `aws stepfunctions start-execution --region eu-central-1 --state-machine-arn ${arn} --input '{"from":"2025-06-01T00","to":"2025-07-02T00"}'`,
    );
    expect(shellCommand(["it's"])).toBe("aws 'it'\\''s'");
  });

  it("says what the AWS CLI or Pulumi said", async () => {
    const failing =
      (stderr: string): Run =>
      () =>
        Promise.reject(Object.assign(new Error("exit 255"), { code: 255, stderr }));
    await expect(startExecutions(arn, ranges, failing("AccessDeniedException\n"), print)).rejects.toThrow(
      "The AWS CLI failed: AccessDeniedException",
    );
    await expect(readStateMachineArn("prod", failing("no stack named 'prod' found"))).rejects.toThrow(
      /stack "prod" cannot be read: no stack named 'prod' found\n.*--state-machine <arn>/,
    );
    expect(await readStateMachineArn("prod", async () => `${arn}\n`)).toBe(arn);
  });
});
