/** What is said of a name that its service does not take, and how Pulumi's own names are foreseen. */
import fc from "fast-check";
import { readAutonaming } from "../../components/names/autonaming";
import type { NameRule } from "../../components/names/limits";
import { longestStack, type Named, nameMistakes } from "../../components/names/mistakes";
import { namesOf } from "../../components/names/names-of";

const role: NameRule = { what: "IAM role", property: "name", limit: 30, allowed: /^[\w-]+$/, words: "letters" };
const named = (stack: string, rule = role): Named => ({ rule, of: "run", name: `wattlake-${stack}-run`, stacks: 1 });
const placeholder = (name: string) => `\${${name}}`;

describe("a name that is too long", () => {
  test("names the longest stack that fits, by the name that leaves it the least room", () => {
    const queue = { ...role, what: "queue", limit: 20 };
    const [sentence, ...more] = nameMistakes([named("much-too-long", queue), named("much-too-long")], "much-too-long");
    expect(more).toEqual([]);
    expect(sentence).toBe(
      'The stack\'s name "much-too-long" has 13 characters, but with this configuration 7 is the most: ' +
        "the queue of run would have 26 characters and may have 20.",
    );
  });

  test("the longest stack fits and one letter more does not, whatever else is in the name", () => {
    const limit = fc.integer({ min: 20, max: 200 });
    fc.assert(
      fc.property(limit, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 15 }), (most, stacks, rest) => {
        const of = (stack: string): Named => ({
          rule: { ...role, limit: most },
          of: "it",
          name: "x".repeat(rest) + stack.repeat(stacks),
          stacks,
        });
        const longest = longestStack(of("dev"), "dev");
        expect(nameMistakes([of("s".repeat(longest))], "s".repeat(longest))).toEqual([]);
        expect(nameMistakes([of("s".repeat(longest + 1))], "s".repeat(longest + 1))).toHaveLength(1);
      }),
    );
  });

  test("is no matter of the stack where a meter's id alone fills it", () => {
    const thing = { ...named("dev"), name: "m".repeat(31), stacks: 0 };
    expect(nameMistakes([named("dev"), thing], "dev")).toEqual([
      "the IAM role of run would have 31 characters and may have 30: shorten the id that it is named after.",
    ]);
  });
});

test("a character that the service does not take is named with what it takes", () => {
  expect(nameMistakes([named("my.stack")], "my.stack")).toEqual([
    'The IAM role of run would be "wattlake-my.stack-run", but takes only letters.',
  ]);
});

describe("Pulumi's own names", () => {
  const pattern = `${placeholder("project")}-${placeholder("stack")}-${placeholder("name")}-${placeholder("hex(6)")}`;
  const nameOf = (setting: object | undefined, type: string) =>
    readAutonaming(setting && JSON.stringify(setting), "wattlake", "dev").nameOf(type, "run");

  test("follow the pattern of the type, of the provider, of all, or Pulumi's", () => {
    const bucket = "aws:s3/bucket:Bucket";
    const setting = {
      pattern,
      providers: { aws: { resources: { [bucket]: { pattern: `b-${placeholder("name")}` } } }, gcp: { pattern: "g" } },
    };
    expect(nameOf(setting, bucket)).toBe("b-run");
    expect(nameOf(setting, "gcp:storage/bucket:Bucket")).toBe("g");
    expect(nameOf(setting, "aws:iam/role:Role")).toBe("wattlake-dev-run-000000");
    expect(nameOf(undefined, "aws:iam/role:Role")).toBe("run-0000000");
    expect(nameOf({ pattern: placeholder("uuid") }, "aws:iam/role:Role")).toHaveLength(36);
  });

  test("whose length cannot be known are refused, not guessed", () => {
    expect(() => nameOf({ pattern: placeholder("config.prefix") }, "aws:iam/role:Role")).toThrow(
      `pulumi:autonaming has ${placeholder("config.prefix")}, whose length nothing here knows.`,
    );
  });

  test("a given name counts as it is, one of the cloud's not at all", () => {
    const autonaming = readAutonaming(JSON.stringify({ pattern }), "wattlake", "dev");
    const names = (inputs: Record<string, unknown>) =>
      namesOf({ type: "aws:iot/thing:Thing", name: "gateway-home", inputs }, autonaming, {
        project: "wattlake",
        stack: "dev",
      }).map(({ name, stacks }) => ({ name, stacks }));
    expect(names({ name: "wattlake-dev-home-bridge" })).toEqual([{ name: "wattlake-dev-home-bridge", stacks: 1 }]);
    expect(names({ name: "shellyem-dev" })).toEqual([{ name: "shellyem-dev", stacks: 0 }]);
    expect(names({})).toEqual([{ name: "wattlake-dev-gateway-home-000000", stacks: 1 }]);
    expect(names({ name: Promise.resolve("known later") })).toEqual([]);
  });
});
