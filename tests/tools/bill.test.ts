/** `npm run bill`: its command line, a bill as text, and what it says where there is none. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileTariffs } from "../../components/reference/tariffs/compile";
import { readArguments } from "../../tools/bill/arguments";
import { formatBill, unpaidNote } from "../../tools/bill/format";
import { type BillLine, readBills } from "../../tools/bill/read";
import type { Source } from "../../tools/query/answer";
import { openSource } from "../../tools/query/sources";
import { runProgram } from "../process";
import { layOut, stackConfig, writeLake } from "../sql/lake";
import { tariffsOf } from "../sql/tariff-rows";

const directory = mkdtempSync(join(tmpdir(), "wattlake-bill-"));
const state = join(directory, "state");
let source: Source;
beforeAll(async () => {
  const site = (id: string, tariff: object) => ({
    ...{ id, timezone: "Europe/London", currency: "GBP", ...tariff },
    meters: [{ id: `em-${id}`, model: "EM", maxGap: "1 h", channels: [{ index: 0, name: "Grid", role: "grid" }] }],
  });
  const own = { tariff: [{ plan: "gb-economy-7", from: "2025-05-01" }] };
  const config = stackConfig([site("home", own), site("free", {})], "2025-04-01", "2025-07-31");
  // 1 kW throughout June, but for three hours of its first night.
  const start = Date.parse("2025-06-01T00:00:00+01:00");
  const readings = Array.from({ length: 30 * 48 + 1 }, (_, index) => index)
    .filter((index) => index <= 2 || index >= 8)
    .map((index) => ({
      ...{ ts: new Date(start + index * 1_800_000).toISOString(), device: "em-home", channel: 0 },
      power_w: 1000,
    }));
  const lake = await layOut(config, readings);
  mkdirSync(state);
  writeLake({ ...lake, ...tariffsOf(compileTariffs(config)) }, join(state, "gcs", "mirror-bucket"));
  source = await openSource({ state });
});
afterAll(() => {
  source.close();
  rmSync(directory, { recursive: true });
});

const bill = (args: readonly string[]) => runProgram("tools/bill.ts", args);

test("a month's bill, line by line, with what it may come to and where its prices are from", async () => {
  const { code, out, err } = await bill(["--state", state, "--site", "home", "--month", "2025-06"]);
  expect(err).toBe(`Asked the mirror in ${state}: npm start does not run there, so without live readings.\n`);
  // By the UTC clock the night begins at half past midnight: of the three hours one half is the day's. So 510 - 0.5 kWh at
  // 0.31 and 210 - 2.5 kWh at 0.15, both with 5 % tax in them; at most 27.6 kW flowed in the hours that are not known.
  expect(out.split("\n").slice(0, 13)).toEqual([
    "home, gb-economy-7: 2025-06-01 to before 2025-07-01, GBP",
    "",
    "                  quantity          price     net  VAT %   VAT   gross  measured  filled  unknown",
    "----------------  --------  ---  --------  ------  -----  ----  ------  --------  ------  -------",
    "Unit rate, day       509.5  kWh  0.295238  150.42      5  7.52  157.94    99.9 %     0 %    0.1 %",
    "Unit rate, night     207.5  kWh  0.142857   29.64      5  1.48   31.12    98.8 %     0 %    1.2 %",
    "Standing charge         30  day  0.571429   17.14      5  0.86   18.00",
    "Sum at 5 % VAT                             197.20      5  9.86  207.06",
    "Total                                      197.20         9.86  207.06",
    "",
    "With what is not known of the period: at least 207.06, at most 221.69.",
    "Example prices, from no source: Unit rate, Standing charge.",
    "Sources:",
  ]);
  expect(out).toContain("\n  Octopus Energy's hours of smart Economy 7 meters");
  expect(code).toBe(0);
});

test("a mistake is told in one line, and the process fails", async () => {
  const said = await bill(["--state", state, "--site", "home"]);
  expect([said.code, said.out]).toEqual([1, ""]);
  expect(said.err).toBe(
    "--month must be given, for example --month 2026-10.\nnpm run bill -- --help lists the options.\n",
  );
});

test.each([
  [{ site: "nowhere", month: "2025-06" }, "There is no site nowhere. Sites with a tariff: home."],
  [{ site: "free", month: "2025-06" }, "Site free has no tariff. Sites with a tariff: home."],
  [{ month: "2025-03" }, "Site home has no contract in 2025-03: known from 2025-05-01 to before 2025-08-01."],
  [
    { month: "2025-06", plan: "gb-agile" },
    "Site home neither pays by the plan gb-agile nor is it compared with it; there are gb-economy-7.",
  ],
  [{ month: "2025-05" }, "Nothing is known of the energy of home in 2025-05, so there is no bill."],
])("%j: there is no bill, and why", async (asked, message) => {
  await expect(readBills(source, asked)).rejects.toThrow(message);
});

test.each([
  [["--month", "2025-13"], "--month must be YYYY-MM."],
  [["--month", "2025-06", "--site", "a'b"], "--site must be a site's id."],
  [["--month", "2025-06", "--stack", "prod", "--state", "x"], "--state is no folder of a real dataset."],
  [["--what"], "Unknown option '--what'"],
])("%j is refused", (args, message) => expect(() => readArguments(args)).toThrow(message));

test("--help asks for nothing else", () => expect(readArguments(["--help"])).toBeUndefined());

const periodRow = (period_start: string, period_end: string) => ({
  ...{ site: "home", plan: "p", is_own: true, period_start, period_end },
});
test("bills that begin in the month, or else the one that covers it", async () => {
  const periods = [periodRow("2025-01-12", "2025-03-12"), periodRow("2025-03-12", "2025-05-12")];
  const startsOf = async (month: string) => {
    const { bills, unpaid } = await readBills(
      {
        ask: async (query) => {
          if (query.includes("billing_periods")) return { columns: [], rows: periods };
          const [, period_start = ""] = /period_start = DATE '(.*)'/.exec(query) ?? [];
          return { columns: [], rows: [{ ...line, period_start }] };
        },
      },
      { month },
    );
    return { starts: bills.map(([first]) => first?.period_start), unpaid };
  };
  expect(await startsOf("2025-03")).toEqual({ starts: ["2025-03-12"], unpaid: [] });
  expect(await startsOf("2025-02")).toEqual({ starts: ["2025-01-12"], unpaid: [] });
  // The days of the month that no plan holds on are told.
  const { unpaid } = await startsOf("2025-01");
  expect([unpaid[0], unpaid.at(-1), unpaid.length]).toEqual(["2025-01-01", "2025-01-11", 11]);
  expect(unpaidNote(unpaid.slice(0, 2))).toEqual([
    "No plan holds on 2025-01-01, 2025-01-02: what is used then is on no bill.",
  ]);
  expect(unpaidNote([])).toEqual([]);
});

const line: BillLine = {
  ...{ site: "home", plan: "p", period_start: "2025-06-01", period_end: "2025-07-01", currency: "JPY" },
  ...{ component: "energy", component_name: "Energy", version: "2025-01-01", band: "all", block: null, unit: "kWh" },
  ...{ quantity: 10, price: 20.5, net: 205, vat_rate: 0.1, vat: 20.5, gross: 225.5, at_least: 225.5, at_most: 225.5 },
  ...{ measured_share: 1, filled_share: 0, unknown_share: 0, is_price_known: true, is_example: false },
};
test("yen have no parts; sums by rate; a price that is not known, and blocks, are named", () => {
  const unknown = { net: null, vat: null, gross: null, price: null, at_least: null, at_most: null };
  const lines = [
    line,
    { ...line, component_name: "Tiered", band: "night", block: 2, vat_rate: 0.08, vat: 16.4, gross: 221.4 },
    { ...line, component_name: "Spot", ...unknown, is_price_known: false, is_example: true },
  ];
  expect(formatBill(lines).split("\n").slice(4)).toEqual([
    "Energy                        10  kWh   20.5  205     10   21    226     100 %     0 %      0 %",
    "Tiered, night, block 2        10  kWh   20.5  205      8   16    221     100 %     0 %      0 %",
    "Spot                          10  kWh      -    -     10    -      -     100 %     0 %      0 %",
    "Sum at 10 % VAT                               205     10   21    226",
    "Sum at 8 % VAT                                205      8   16    221",
    "Total                                         410          37    447",
    "",
    "Not all prices are known yet: Spot. The total is without what they will cost.",
    "Example prices, from no source: Spot.",
  ]);
});
