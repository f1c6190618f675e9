/** `npm run bench -- <name>`: the measurements that the documentation quotes. Each prints its floor from the same run. */
import { parseArgs } from "node:util";
import { runCostBench } from "./cost";
import { runDirectBench } from "./direct";
import { runFaultsBench } from "./faults";
import { runFleetBench } from "./fleet";
import { runFuzzBench } from "./fuzz";
import { runLiveBench } from "./live";
import { runMoneyBench } from "./money";
import { runNaiveBench } from "./naive";
import { runPageBench } from "./page";
import { runPipelineBench } from "./pipeline";
import { runQueryBench } from "./query";
import { runSoakBench } from "./soak";
import { runTariffsBench } from "./tariffs";
import { runWeekBench } from "./week";

const benches: Record<string, { about: string; run(): Promise<void> }> = {
  pipeline: {
    about: "messages per second and peak memory of collect-hour and compile-day, as deployed",
    run: runPipelineBench,
  },
  query: {
    about: "energy_daily over a year, a month and a day of 2.1 million readings",
    run: runQueryBench,
  },
  naive: {
    about: "the usual ways to compute energy beside wattlake's, on the real capture and the field cases",
    run: runNaiveBench,
  },
  money: {
    about: "a year of bills from stored slots, for one site and for 1,000",
    run: runMoneyBench,
  },
  tariffs: {
    about: "the real year and the real capture under every plan",
    run: runTariffsBench,
  },
  direct: {
    about: "a day of 66,000 single raw objects at 15 ms a request: collect-hour and archive-day, as deployed",
    run: runDirectBench,
  },
  fleet: {
    about: "an hour and a day of 10 to 10,000 meters through the state machine and its archives, and how that grows",
    run: runFleetBench,
  },
  cost: {
    about:
      "a counted day of each home of docs/cost.md (--only, --tables): its tables, and the counts that a test holds them by",
    run: runCostBench,
  },
  page: {
    about: "the dashboard in Chromium over 14 days, a year and ten years: paint, range switch, transfer, memory",
    run: runPageBench,
  },
  faults: {
    about:
      "every call of the pipeline meets every fault, one run each: the lake and the mirror must come out the same (--from, --every, --only)",
    run: runFaultsBench,
  },
  fuzz: {
    about:
      "100,000 fuzzed messages, raw lines, events and configurations: nothing crashes, is lost or becomes a wrong reading",
    run: runFuzzBench,
  },
  soak: {
    about: "100 meters at their real cadence over 30 virtual days (--meters, --days): memory by day, totals",
    run: runSoakBench,
  },
  week: {
    about:
      "the account of a simulated week with outages, jumping clocks, copies, disorder and garbage: every sum closes",
    run: runWeekBench,
  },
  live: {
    about: "a meter's publish to a query that sees it, at 1, 100 and 1,000 messages a second",
    run: runLiveBench,
  },
};

const usage = `Usage: npm run bench -- <name> [its options]

${Object.entries(benches)
  .map(([name, { about }]) => `  ${name.padEnd(10)} ${about}`)
  .join("\n")}
`;

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    // A bench reads its own options.
    strict: false,
    allowPositionals: true,
    options: { help: { type: "boolean", short: "h", default: false } },
  });
  const [name] = positionals;
  const bench = name === undefined ? undefined : benches[name];
  if (values.help || !bench) {
    if (name !== undefined && !values.help) console.error(`There is no bench "${name}".\n`);
    console.log(usage);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  await bench.run();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
