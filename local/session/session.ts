/** What the demo and the replay share: the program's graph, the state folder, and a cloud on a clock, all ended in order. */
import { join } from "node:path";
import type { Site } from "../../config";
import { createClock, type VirtualClock } from "../clock";
import type { Cloud } from "../cloud";
import { reachOf } from "../damage";
import { type Graph, loadGraph } from "../program/graph";
import { readStackConfig, type StackConfig } from "../program/stack-config";
import { projectDirectory } from "../project";
import { compilePendingDays } from "./compile-pending";
import { offerEndpoint, offerLake } from "./endpoint";
import { type Options, userError } from "./options";
import { changeMeters, datasetOf, readSites } from "./sites";
import { claimStateDirectory } from "./state-directory";

export interface Session {
  readonly stack: StackConfig;
  readonly sites: readonly Site[];
  readonly directory: string;
  readonly graph: Promise<Graph>;
  /** What went wrong beside the callers, in order. */
  readonly problems: string[];
  startCloud(start: number): Promise<{ readonly cloud: Cloud; readonly clock: VirtualClock }>;
  /** Runs at the end, before the cloud is stopped. */
  onClose(work: () => Promise<void>): void;
  close(): Promise<void>;
}

/** Claims the folder and begins to load the program. `mode` names the default state folder. */
export function openSession(options: Options, mode: "demo" | "replay", onProblem: (problem: string) => void): Session {
  const stack = explained(() =>
    changeMeters(readStackConfig(projectDirectory, options.stack), {
      integration: options.integration,
      maxGap: options["max-gap"],
    }),
  );
  const sites = explained(() => readSites(stack));
  const state = options.state ?? join(projectDirectory, ".wattlake", `${mode}-${options.stack}`);
  const { directory, release } = claimStateDirectory(state, options.fresh ? "emptied" : "kept");
  const problems: string[] = [];
  const closing: (() => Promise<void>)[] = [];
  const graph = loadGraph(stack);
  // A failure surfaces where the graph is awaited.
  graph.catch(() => undefined);
  return {
    stack,
    sites,
    directory,
    graph,
    problems,
    async startCloud(start) {
      // Loaded while the program runs in its own process: on two cores the slower of the two decides.
      const { startCloud }: typeof import("../cloud") = require("../cloud");
      const clock = createClock(start);
      const cloud = await startCloud({
        graph: await graph,
        stateDirectory: directory,
        reach: reachOf(directory, options.stack),
        clock,
        host: options.host,
        port: options.port,
        gatewayPort: options["gateway-port"],
        bigQueryPort: options["bigquery-port"],
        // What a preview would warn of is no reason for a run to fail.
        onWarning: onProblem,
        onProblem(problem) {
          problems.push(problem);
          onProblem(problem);
        },
      });
      closing.push(async () => {
        clock.stop();
        await cloud.close();
      });
      const { url, userToken: token } = cloud.bigQuery;
      closing.push(await offerEndpoint(directory, { url, token, ...datasetOf(stack) }));
      closing.push(await offerLake(directory, await graph, cloud));
      await compilePendingDays(directory, await graph, cloud, onProblem);
      return { cloud, clock };
    },
    onClose: (work) => void closing.push(work),
    async close() {
      try {
        for (const work of closing.splice(0).reverse()) await work();
      } finally {
        release();
      }
    },
  };
}

/** What the configuration's own checks say is for the user. */
function explained<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw Object.assign(userError(error instanceof Error ? error.message : String(error)), { cause: error });
  }
}
