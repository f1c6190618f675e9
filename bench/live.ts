/**
 * The live bench: from a meter's publish to a row that a query of `readings` returns, through everything that is deployed
 * (topic rule, queue, event source mapping, archive, federation, BigQuery's REST calls, views), on this machine.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { BigQuery } from "@google-cloud/bigquery";
import { OAuth2Client } from "google-auth-library";
import { z } from "zod";
import { createClock } from "../local/clock";
import { type Cloud, startCloud } from "../local/cloud";
import { type Graph, loadGraph } from "../local/program/graph";
import { readStackConfig } from "../local/program/stack-config";
import { benchSite, publishAtRate, site, watchReadings } from "./live-load";

const projectDirectory = join(__dirname, "..");
const rates = [1, 100, 1000];
/** Wakes both sandboxes that two processors allow: the measurement is of warm functions. */
const warmUp = { rate: 2000, count: 600 };

export async function runLiveBench(): Promise<void> {
  const { values } = parseArgs({ allowPositionals: true, options: { seconds: { type: "string", default: "20" } } });
  const seconds = z.coerce.number().int().positive().parse(values.seconds);
  const directory = mkdtempSync(join(tmpdir(), "wattlake-bench-"));
  const clock = createClock(Date.now());
  const stack = readStackConfig(projectDirectory, "dev");
  const graph = await loadGraph({
    ...stack,
    values: { ...stack.values, "wattlake:sites": [benchSite], "wattlake:ingest": { live: true } },
  });
  const problems: string[] = [];
  const cloud = await startCloud({
    graph,
    stateDirectory: directory,
    clock,
    onProblem: (problem) => problems.push(problem),
  });
  try {
    clock.followRealTime((error) => problems.push(String(error)));
    cloud.startLivePath();
    const bigQuery = connect(cloud);
    // Each rate has its own span of instants; the live path takes no reading of the future.
    let first = Date.now() - 3_600_000;
    const measure = async (rate: number, count: number) => {
      const published = { first, at: [] };
      first += count;
      const [latencies] = await Promise.all([
        watchReadings(bigQuery, count, published),
        publishAtRate(cloud.broker.url, rate, count, published),
      ]);
      return latencies.sort((a, b) => a - b);
    };
    console.log(`A query alone takes ${ms(await floor(bigQuery))}: the floor of what can be seen.`);
    console.log(`A message waits for others until ${batching(graph)}.\n`);
    for (const rate of rates) {
      await measure(warmUp.rate, warmUp.count);
      const latencies = await measure(rate, rate * seconds);
      console.log(
        `${String(rate).padStart(5)} messages/s for ${seconds} s: publish to queryable ` +
          `p50 ${ms(quantile(latencies, 0.5))}, p95 ${ms(quantile(latencies, 0.95))}, max ${ms(quantile(latencies, 1))}`,
      );
    }
    await reportCount(
      bigQuery,
      rates.reduce((sum, rate) => sum + rate * seconds + warmUp.count, 0),
    );
    console.log(problems.length === 0 ? "No problem was reported." : problems.join("\n"));
  } finally {
    clock.stop();
    await cloud.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** How long the deployed mapping lets messages wait. */
function batching(graph: Graph): string {
  const inputs = z.object({ batchSize: z.int(), maximumBatchingWindowInSeconds: z.int() });
  const [mapping] = graph.all("aws:lambda/eventSourceMapping:EventSourceMapping", inputs);
  return `there are ${mapping?.inputs.batchSize}, or for ${mapping?.inputs.maximumBatchingWindowInSeconds} s`;
}

function connect({ bigQuery }: Cloud): BigQuery {
  process.env.BIGQUERY_EMULATOR_HOST = bigQuery.url;
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: bigQuery.userToken });
  return new BigQuery({ projectId: "wattlake-demo", authClient });
}

/** Median time of the reader's own query while nothing else happens, ms. */
async function floor(bigQuery: BigQuery): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 21; i++) {
    const begun = performance.now();
    await bigQuery.query("SELECT COUNT(*) AS readings FROM `wattlake.readings` WHERE site = 'nobody'");
    times.push(performance.now() - begun);
  }
  return quantile(
    times.sort((a, b) => a - b),
    0.5,
  );
}

/** Everything that was published, counted once more where it lies. */
async function reportCount(bigQuery: BigQuery, published: number): Promise<void> {
  const [rows] = await bigQuery.query(`
    SELECT
      (SELECT COUNT(*) FROM \`wattlake.live_readings\` WHERE site = '${site}') AS live_rows,
      (SELECT COUNT(*) FROM \`wattlake.readings\` WHERE site = '${site}') AS readings`);
  const [count] = z.array(z.object({ live_rows: z.int(), readings: z.int() })).parse(rows);
  const { live_rows = 0, readings = 0 } = count ?? {};
  console.log(
    `\n${published} published, ${readings} readings: ${published - readings} lost, ${live_rows - readings} rows there twice.`,
  );
}

const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
const ms = (number: number) => `${Math.round(number)} ms`;
