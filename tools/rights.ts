/** `npm run rights`: what who deploys may call, as the inventory of docs/deploy.md or as a role of one of the clouds. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rightsInventory } from "../bootstrap/inventory";
import { registerResources } from "../local/program/graph";
import { readStackConfig } from "../local/program/stack-config";
import { projectDirectory } from "../local/project";
import { readArguments, usage } from "./rights/arguments";
import { documentedScope, documentedStacks, replaceInventory } from "./rights/page";
import { awsPolicy, googleRole } from "./rights/role";

async function main(): Promise<void> {
  const request = readArguments(process.argv.slice(2));
  if (request.what === "page") return writePage();
  if (request.what === "help") return print(usage);
  if (request.what === "google") return print(googleRole(request.stack));
  print(awsPolicy(projectDirectory, request.stack, request.account, request.what));
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** From the programs of the stacks that it tells of. */
async function writePage(): Promise<void> {
  const stacks: Record<string, ReadonlySet<string>> = {};
  for (const stack of documentedStacks) {
    const resources = await registerResources(readStackConfig(projectDirectory, stack));
    stacks[stack] = new Set(resources.map(({ type }) => type));
  }
  const page = join(projectDirectory, "docs", "deploy.md");
  const text = readFileSync(page, "utf8");
  writeFileSync(page, replaceInventory(text, rightsInventory(stacks, documentedScope)));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
