/** The page over the local cloud as `npm start` has them after the past: a meter's message goes the whole live path to it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { createClock } from "../../local/clock";
import { startCloud } from "../../local/cloud";
import type { Graph } from "../../local/program/graph";
import { readStackConfig } from "../../local/program/stack-config";
import { startDashboard } from "../../local/session/dashboard";

/** The grid meter of the demo's home. */
const meter = "shellyem-A4CF12F3B2";

export interface LivePage {
  readonly url: string;
  /** What went wrong beside the callers. */
  readonly problems: readonly string[];
  /** Power of the grid, as the meter publishes it; resolves when the broker has it. */
  publish(power_w: number): Promise<void>;
  close(): Promise<void>;
}

/** @param graph - Of the stack "dev". */
export async function openLivePage(graph: Graph): Promise<LivePage> {
  const directory = mkdtempSync(join(tmpdir(), "wattlake-live-page-"));
  const clock = createClock(Date.now());
  const problems: string[] = [];
  const onProblem = (problem: string) => void problems.push(problem);
  const cloud = await startCloud({ graph, stateDirectory: directory, clock, onProblem });
  const ends = [cloud.close];
  const close = async () => {
    clock.stop();
    for (const end of ends.splice(0).reverse()) await end();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    clock.followRealTime((error) => onProblem(String(error)));
    cloud.startLivePath();
    const session = {
      stack: readStackConfig(join(__dirname, "../.."), "dev"),
      directory,
      onClose: (work: () => Promise<void>) => void ends.push(work),
    };
    const url = await startDashboard(session, cloud, { "no-dashboard": false, open: false });
    if (url === undefined) throw new Error("There is no dashboard.");
    const client = await connectAsync(cloud.broker.url, { clientId: "bridge", reconnectPeriod: 0 });
    ends.push(() => client.endAsync());
    return {
      ...{ url, problems, close },
      publish: async (power_w) => {
        await client.publishAsync(`shellies/${meter}/emeter/0/power`, String(power_w), { qos: 1 });
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
