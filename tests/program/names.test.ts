/** Every name of the program against the limit of its service: as the loader starts it, and resource by resource. */
import { join } from "node:path";
import { nameRules, subjectRule } from "../../components/names/limits";
import { readStackConfig } from "../../local/program/stack-config";
import { loadProgram } from "./fake-engine";
import { forEach, synthesizeOther } from "./stacks";
import { type Synthesis, synthesize } from "./synth";

function load(stack: string, changes: Record<string, unknown> = {}) {
  const { values } = readStackConfig(join(__dirname, "..", ".."), "prod");
  const texts = Object.entries({ ...values, ...changes }).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return loadProgram(stack, Object.fromEntries(texts));
}

const withoutLive = { "wattlake:ingest": { live: false } };
const longest = /but with this configuration (\d+) is the most/;

test.each([
  ["with the live path, by Google's subject", {}, "google.subject of live-stream"],
  ["without, by a role's name", withoutLive, "IAM role of aggregation-"],
])(
  "the longest stack's name that is told is accepted, one letter more creates nothing: %s",
  async (_, changes, what) => {
    const refused = await load("a-name-that-is-far-too-long-for-a-stack", changes);
    expect(refused.registrations.map(({ type }) => type)).toEqual(["pulumi:pulumi:Stack"]);
    expect(refused.messages).toEqual([expect.stringMatching(longest)]);
    expect(refused.messages[0]).toContain(what);
    const most = Number(longest.exec(refused.messages[0] ?? "")?.[1]);

    const fits = await load("s".repeat(most), changes);
    expect([fits.exitCode, fits.messages]).toEqual([0, []]);
    const over = await load("s".repeat(most + 1), changes);
    expect(over.exitCode).not.toBe(0);
    expect(over.registrations.map(({ type }) => type)).toEqual(["pulumi:pulumi:Stack"]);
    expect(over.messages).toEqual([expect.stringContaining(`has ${most + 1} characters, but`)]);
  },
);

test("a stack whose letters Google's labels do not take creates nothing", async () => {
  const { registrations, messages } = await load("My_Stack", withoutLive);
  expect(registrations.map(({ type }) => type)).toEqual(["pulumi:pulumi:Stack"]);
  expect(messages).toEqual([
    'The label of stack would be "My_Stack", but takes only lower-case letters, digits, "-" and "_".',
  ]);
});

describe("resource by resource", () => {
  const syntheses: Synthesis[] = [];
  // One after the other: the Pulumi runtime is global.
  beforeAll(async () => {
    syntheses.push(await synthesize("dev"), await synthesize("prod"), await synthesizeOther());
  });

  test("each type says how its names may be", () => {
    const types = new Set(syntheses.flatMap(({ resources }) => resources.map(({ type }) => type)));
    expect([...types].filter((type) => /^(aws|gcp):/.test(type) && !(type in nameRules))).toEqual([]);
  });

  test("what Google knows a function by is its role's session, and the role's name is the foreseen one", () => {
    const type = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider";
    forEach(syntheses, type, ({ inputs }, synthesis) => {
      // Without a mapping of its own the subject is the caller's ARN.
      expect(inputs.attributeMapping).toBeUndefined();
      expect(inputs.attributeCondition).toMatch(/assumed-role\/live-stream-role'$/);
      expect(synthesis.get("aws:lambda/function:Function", "live-stream").inputs.role).toMatch(/\/live-stream-role$/);
    });
    expect(subjectRule.limit).toBe(127);
  });
});
