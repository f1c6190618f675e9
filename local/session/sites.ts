/** The sites of a stack as its configuration has them, and the changes to them that a local run may ask for. */
import { z } from "zod";
import { parseConfig, type Site } from "../../config";
import { findSites } from "../../configuration/site-files";
import type { StackConfig } from "../program/stack-config";
import { projectDirectory } from "../project";

const namespace = "wattlake:";

/** The configuration as the program parses it. @throws the program's own sentence where it is wrong. */
export function readConfig({ values }: StackConfig) {
  const own = Object.entries(values).filter(([key]) => key.startsWith(namespace));
  return parseConfig(Object.fromEntries(own.map(([key, value]) => [key.slice(namespace.length), value])));
}

/** The project and the dataset of its warehouse. */
export function datasetOf(config: StackConfig): { readonly project: string; readonly dataset: string } {
  const project = z.string("gcp:project must be set").parse(config.values["gcp:project"]);
  return { project, dataset: readConfig(config).warehouse.dataset };
}

/** Its sites. */
export const readSites = (config: StackConfig): readonly Site[] => readConfig(config).sites;

/** What to set on every meter. */
export interface MeterChanges {
  readonly integration?: "hold" | "trapezoid" | undefined;
  readonly maxGap?: string | undefined;
}

/** The configuration with the changes; the program judges it as if it had been written so. */
export function changeMeters(config: StackConfig, { integration, maxGap }: MeterChanges): StackConfig {
  const key = `${namespace}sites`;
  const { sites } = findSites(config.values[key], projectDirectory);
  const changed = { ...(integration && { integration }), ...(maxGap && { maxGap }) };
  if (!Array.isArray(sites) || Object.keys(changed).length === 0) return config;
  const change = (site: unknown) =>
    isBlock(site) && Array.isArray(site.meters)
      ? { ...site, meters: site.meters.map((meter: unknown) => (isBlock(meter) ? { ...meter, ...changed } : meter)) }
      : site;
  return { ...config, values: { ...config.values, [key]: sites.map(change) } };
}

const isBlock = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
