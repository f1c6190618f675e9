/** docs/deploy.md: the rights that it lists are those of the program, and its commands exist. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { awsRights } from "../../bootstrap/aws-rights";
import { googleRights, projectGrants } from "../../bootstrap/google-rights";
import { rightsInventory } from "../../bootstrap/inventory";
import { scripts } from "../../package.json";
import { readArguments } from "../../tools/rights/arguments";
import { documentedScope, documentedStacks, readInventory } from "../../tools/rights/page";
import { awsPolicy, googleRole } from "../../tools/rights/role";
import { synthesize } from "../program/synth";

const page = readFileSync(join(__dirname, "../../docs/deploy.md"), "utf8");

test("the inventory is that of the resource graph (npm run rights writes it)", async () => {
  const stacks: Record<string, ReadonlySet<string>> = {};
  // One after the other: the Pulumi runtime is global.
  for (const stack of documentedStacks) {
    const { resources } = await synthesize(stack);
    stacks[stack] = new Set(resources.map(({ type }) => type));
  }
  expect(readInventory(page)).toBe(rightsInventory(stacks, documentedScope));
});

test("a type of resource without rights is refused", () => {
  expect(() => rightsInventory({ dev: new Set(["aws:ec2/instance:Instance"]) }, documentedScope)).toThrow(
    "dev has aws:ec2/instance:Instance, which has no row",
  );
});

test("who deploys by hand gets the roles of the inventory, and may grant what the workflows may", () => {
  const project = join(__dirname, "../..");
  const policy = awsPolicy(project, "prod", documentedScope.accountId);
  // What IAM takes inline for one role.
  expect(policy.length).toBeLessThan(10_240);
  expect(JSON.parse(policy).Statement).toEqual(awsRights({ ...documentedScope, stack: "prod" }, "deploy"));
  expect(JSON.parse(googleRole("prod")).includedPermissions).toEqual(googleRights("deploy"));
  expect(page).toContain(`.hasOnly([${projectGrants.map((role) => `'${role}'`).join(", ")}])`);
});

test("the command asks for what it needs", () => {
  expect(readArguments([])).toEqual({ what: "page" });
  expect(readArguments(["aws", "--stack", "prod", "--account", "123456789012"])).toMatchObject({ what: "aws" });
  expect(() => readArguments(["aws", "--stack", "prod"])).toThrow("--account is missing");
});

test("every npm script that the page names exists", () => {
  const named = [...page.matchAll(/npm run (?:--silent )?([\w-]+)/g)].map(([, name]) => name ?? "");
  expect(named).toContain("doctor");
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});
