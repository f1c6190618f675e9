/**
 * `npm run bench -- money`: a year of bills from stored slots, for one site and for many (`--sites`, 1,000), beside a bare scan
 * of the same slots in the same run. Beyond a hundred sites they are billed a hundred at a time, each hundred in a warehouse of
 * its own: DuckDB holds what a bill joins in memory, and that of 400 sites takes 10 GB.
 */
import { parseArgs } from "node:util";
import { z } from "zod";
import type { Row } from "../local/google/duckdb/rows";
import { stackConfig } from "../tests/sql/lake";
import { hasYear, yearFolder } from "../tests/sql/year";
import { withLoad } from "./loads";
import { yearLoad } from "./tariffs";

const plan = "gb-economy-7";

export async function runMoneyBench(): Promise<void> {
  if (!hasYear) throw new Error(`the real year is not at ${yearFolder}`);
  const { values } = parseArgs({
    strict: false,
    allowPositionals: true,
    options: { sites: { type: "string", default: "1000" } },
  });
  const many = z.coerce.number().int().positive().parse(values.sites);
  console.log(`A year of bills of ${plan} from stored slots; best of the rounds\n`);
  console.log("| sites | slots | bills' lines | bare scan | bill | ratio |\n|---|---|---|---|---|---|");
  for (const sites of [1, many]) console.log(await measure(sites));
}

/** Sites that are billed at a time. */
const lot = 100;

async function measure(count: number): Promise<string> {
  const total = { slots: 0, lines: 0, scan: 0, bill: 0 };
  for (let first = 0; first < count; first += lot) {
    const measured = await measureLot(Math.min(lot, count - first));
    for (const name of ["slots", "lines", "scan", "bill"] as const) total[name] += measured[name];
  }
  const cells = [count, total.slots, total.lines].map((each) => each.toLocaleString("en"));
  const times = [total.scan, total.bill].map((ms) => `${Math.round(ms).toLocaleString("en")} ms`);
  return `| ${[...cells, ...times].join(" | ")} | ${Math.round(total.bill / total.scan)} |`;
}

async function measureLot(count: number) {
  const { recorded, readings, from, until } = yearLoad();
  const sites = Array.from({ length: count }, (_, index) => ({
    ...{ id: `site-${index}`, timezone: "Europe/London", currency: "GBP", tariff: [{ plan, from, until }] },
    meters: [{ id: `em-${index}`, model: "EM", channels: [{ index: 0, name: "Grid", role: "grid" }] }],
  }));
  const load = { recorded, readings, given: stackConfig(sites, from, until), hoursOf: () => 1 };
  return withLoad(load, async (warehouse) => {
    const scan =
      "SELECT COUNT(*) AS slots, SUM(import_wh) AS wh FROM `wattlake.energy_slots` WHERE STARTS_WITH(site, 'site-')";
    const bills = "SELECT COUNT(*) AS n, SUM(gross) AS gross FROM `wattlake.bill`";
    // Many take so long that once tells enough.
    const rounds = count === 1 ? 3 : 1;
    const floor = await best(3, () => warehouse.query(scan));
    const bill = await best(rounds, () => warehouse.query(bills));
    return { slots: Number(floor.row?.slots), lines: Number(bill.row?.n), scan: floor.ms, bill: bill.ms };
  });
}

/** The fastest round, ms, and the row that it gives. */
async function best(rounds: number, run: () => Promise<readonly Row[]>): Promise<{ ms: number; row: Row | undefined }> {
  let fastest: { ms: number; row: Row | undefined } = { ms: Number.POSITIVE_INFINITY, row: undefined };
  for (let round = 0; round < rounds; round++) {
    const begin = performance.now();
    const [row] = await run();
    const ms = performance.now() - begin;
    if (ms < fastest.ms) fastest = { ms, row };
  }
  return fastest;
}
