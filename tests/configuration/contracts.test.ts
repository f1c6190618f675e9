/** Which plan a site pays by, and when: what is accepted, and the exact sentence for every kind of mistake. */
import { parseConfig } from "../../config";
import { contractsOf } from "../../configuration/contracts";
import { tariffNames } from "../../configuration/tariffs";

const meter = { id: "shellyem-A", model: "EM", channels: [{ index: 0, name: "Grid", role: "grid" }] };
const home = { id: "home", timezone: "Europe/Warsaw", currency: "PLN", meters: [meter] };
const names = tariffNames()
  .map((name) => `"${name}"`)
  .join(", ");

const sitesWith = (tariff: unknown) => ({ sites: [{ ...home, tariff }] });
const contracts = (tariff: unknown) => parseConfig(sitesWith(tariff)).sites.flatMap(contractsOf);

function mistakes(raw: unknown): string[] {
  try {
    parseConfig(raw);
  } catch (error) {
    const [, ...lines] = error instanceof Error ? error.message.split("\n") : [];
    return lines.map((line) => line.trim());
  }
  return [];
}

test("the name of a plan is one contract that always holds; without it there is none", () => {
  expect(contracts("pl-g12")).toEqual([{ plan: "pl-g12" }]);
  expect(contracts(undefined)).toEqual([]);
});

test("contracts follow each other on a day, in whatever order they are written, and may leave days without a plan", () => {
  const list = [
    { plan: "pl-g12", from: "2026-01-01", annualUse: 3500, billing: { day: 12, months: 2 } },
    { plan: "pl-g11", until: "2025-06-01" },
    { plan: "pl-g12", from: "2025-07-01", until: "2026-01-01", contractedPower: 4.6 },
  ];
  expect(contracts(list)).toEqual(list);
});

test("a site without a plan's currency or time zone does not keep others from comparing it", () => {
  const london = { ...home, id: "london", timezone: "Europe/London", currency: "GBP", meters: [{ ...meter, id: "B" }] };
  const { tariffs } = parseConfig({ sites: [home, london], tariffs: { compare: ["pl-g11", "gb-economy-7"] } });
  expect(tariffs.compare).toEqual(["pl-g11", "gb-economy-7"]);
});

const path = "wattlake:sites[0].tariff";
test.each<[string, unknown, string]>([
  [
    "neither a name nor a list",
    sitesWith(12),
    `${path} is 12, but must be the name of a plan, or a list of contracts.`,
  ],
  ["no contract", sitesWith([]), `${path} is an empty list, but must be a list of at least one contract.`],
  ["a name in a list", sitesWith(["pl-g12"]), `${path}[0] is "pl-g12", but must be a block with the keys`],
  [
    "no plan that there is",
    sitesWith([{ plan: "pl-g14" }]),
    `${path}[0].plan is "pl-g14", but must be one of the plans in tariffs/: ${names} (did you mean`,
  ],
  [
    "no day",
    sitesWith([{ plan: "pl-g11", from: "2026-02-30" }]),
    `${path}[0].from is "2026-02-30", but must be a day "YYYY-MM-DD" from 2000 to 2099.`,
  ],
  [
    "an end before the beginning",
    sitesWith([{ plan: "pl-g11", from: "2026-01-01", until: "2026-01-01" }]),
    `${path}[0].until is "2026-01-01", but must be after from, which is "2026-01-01".`,
  ],
  [
    "two plans on a day",
    sitesWith([
      { plan: "pl-g11", until: "2026-01-02" },
      { plan: "pl-g12", from: "2026-01-01" },
    ]),
    `${path}[1] holds on 2026-01-01, but so does tariff[0] of this site: a site has one plan at a time.`,
  ],
  [
    "two plans for good",
    sitesWith([{ plan: "pl-g11" }, { plan: "pl-g12" }]),
    `${path}[1] holds at all times, but so does tariff[0] of this site: a site has one plan at a time.`,
  ],
  [
    "another currency",
    { sites: [{ ...home, currency: "EUR", tariff: [{ plan: "pl-g11" }] }] },
    `${path}[0].plan is "pl-g11", whose prices are in PLN, but the site's currency is "EUR".`,
  ],
  [
    "another time zone",
    { sites: [{ ...home, timezone: "Europe/London", tariff: "pl-g11" }] },
    `${path} is "pl-g11", whose hours are those of Europe/Warsaw, but the site's time zone is "Europe/London".`,
  ],
  [
    "power that is none",
    sitesWith([{ plan: "pl-g11", contractedPower: 0 }]),
    `${path}[0].contractedPower is 0, but must be a number of kW above 0, or a block with one for each period of the plan.`,
  ],
  [
    "power by its name that is none",
    sitesWith([{ plan: "pl-g11", contractedPower: { punta: "4.6" } }]),
    `${path}[0].contractedPower is a block, but must be a number of kW above 0, or a block with one for each period of the plan.`,
  ],
  [
    "power by names that the plan does not have",
    sitesWith([{ plan: "pl-g11", contractedPower: { punta: 4.6, valle: 3.3 } }]),
    `${path}[0].contractedPower is a block, but must be a number of kW: the plan has no periods of it.`,
  ],
  [
    "a bill on a day that not every month has",
    sitesWith([{ plan: "pl-g11", billing: { day: 31 } }]),
    `${path}[0].billing.day is 31, but must be a day of the month from 1 to 28.`,
  ],
  [
    "a comparison with a plan that there is not",
    { sites: [home], tariffs: { compare: ["g11"] } },
    `wattlake:tariffs.compare[0] is "g11", but must be one of the plans in tariffs/: ${names}`,
  ],
  [
    "a comparison with a plan of elsewhere",
    { sites: [home], tariffs: { compare: ["gb-economy-7"] } },
    'wattlake:tariffs.compare[0] is "gb-economy-7", which is for GBP and Europe/London, but no site is there.',
  ],
  [
    "a comparison twice",
    { sites: [home], tariffs: { compare: ["pl-g11", "pl-g11"] } },
    'wattlake:tariffs.compare[1] is "pl-g11", which is in the list twice.',
  ],
])("%s", (_, raw, beginning) => {
  const told = mistakes(raw);
  expect(told).toHaveLength(1);
  expect(told[0]?.slice(0, beginning.length)).toBe(beginning);
});
