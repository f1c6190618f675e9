/** The written file, `tariffs/<name>.yaml`; what is open stands at its head. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Document } from "yaml";
import { readTariff } from "../../../../configuration/tariffs";
import { ending } from "../../../../configuration/tariffs/read-plan";
import { userError } from "../../../../local/session/options";
import type { DraftPlan } from "./draft";

/** @returns what has become of the file, in sentences. */
export function writePlan(
  folder: string,
  plan: DraftPlan,
  comments: readonly string[],
  before: "refuse" | "replace",
): string[] {
  const path = join(folder, `${plan.id}${ending}`);
  if (before === "refuse" && existsSync(path))
    throw userError(`${path} is there already: give another --name, or --replace.`);
  const document = new Document(plan, { aliasDuplicateObjects: false });
  document.commentBefore = comments.map((comment) => ` ${comment}`).join("\n");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, document.toString({ lineWidth: 120 }));
  return [`${path} is written.`, ...faultOf(plan.id, folder)];
}

/** What the language itself says of the plan. */
function faultOf(name: string, folder: string): string[] {
  try {
    readTariff(name, folder);
    return [];
  } catch (error) {
    return [`It cannot be used yet. ${error instanceof Error ? error.message : error}`];
  }
}
