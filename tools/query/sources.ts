/** Whom to ask: the dataset of a stack, the process that uses the state folder, or what it left there. */
import { join, resolve } from "node:path";
import { readStackConfig } from "../../local/program/stack-config";
import { projectDirectory } from "../../local/project";
import { findEndpoint } from "../../local/session/endpoint";
import { userError } from "../../local/session/options";
import { datasetOf, readConfig } from "../../local/session/sites";
import { type Catalog, readCatalog, withoutLive } from "../../sql/catalog";
import type { Source } from "./answer";
import type { Arguments } from "./arguments";

type Where = Pick<Arguments, "state" | "stack">;

/** @param mostBytes - The most that one question may be billed for, in BigQuery. */
export async function openSource({ state, stack }: Where, mostBytes?: number): Promise<Source> {
  // Each loads a large library, and only one is needed.
  if (stack !== undefined) {
    const { askGoogle }: typeof import("./client") = require("./client");
    const { project, dataset } = datasetOf(configOf(stack));
    return askGoogle(project, dataset, mostBytes);
  }
  const directory = resolve(state ?? join(projectDirectory, ".wattlake", "demo-dev"));
  const endpoint = await findEndpoint(directory);
  if (endpoint) {
    const { askRunning }: typeof import("./client") = require("./client");
    return askRunning(endpoint, directory);
  }
  const { askMirror }: typeof import("./mirror") = require("./mirror");
  return askMirror(directory);
}

/** What can be asked there: without the live path its views are missing. */
export const catalogAt = ({ stack }: Where): Catalog =>
  stack === undefined || readConfig(configOf(stack)).ingest.live ? readCatalog() : withoutLive(readCatalog());

function configOf(stack: string) {
  try {
    return readStackConfig(projectDirectory, stack);
  } catch (error) {
    throw userError(error instanceof Error ? error.message : String(error));
  }
}
