/** evcc's configuration: which of its zones holds when, charges and tax; what it cannot say is left open. */
import { windowsOf } from "../../../configuration/tariffs/plan-folder";
import { ImportFolder } from "./import-folder";

let folder: ImportFolder;
beforeEach(() => {
  folder = new ImportFolder();
});
afterEach(() => folder.remove());

const told = ["--from", "2026-01-01", "--vat", "0", "--timezone", "Europe/Berlin"];
const imported = (grid: string, ...options: readonly string[]) => {
  const lines = folder.import("evcc.yaml", `site: { title: Home }\ntariffs:\n  grid:\n${grid}`, ...told, ...options);
  return { lines, tariff: folder.tariff("evcc") };
};
test("zones of days and hours; elsewhere the default", () => {
  const { tariff } = imported(`    type: fixed
    price: 0.3
    zones:
      - { days: Mon-Fri, hours: "2-5,22:30-0", price: 0.2 }
      - { days: "Sa,So", price: 0.15 }
`);
  // A Wednesday and a Saturday.
  expect(windowsOf(tariff, "2026-01-14")).toEqual([
    "00:00-02:00 default 0.3",
    "02:00-05:00 zone-1 0.2",
    "05:00-22:30 default 0.3",
    "22:30-00:00 zone-1 0.2",
  ]);
  expect(windowsOf(tariff, "2026-01-17")).toEqual(["00:00-00:00 zone-2 0.15"]);
});

describe("where zones overlap", () => {
  test("that of fewer months holds, wherever it stands in the file", () => {
    const { tariff } = imported(`    type: fixed
    price: 0.3
    zones:
      - { hours: 0-5, months: "Oct-Mar", price: 0.1 }
      - { hours: 0-5, price: 0.2 }
`);
    expect(windowsOf(tariff, "2026-12-15")[0]).toBe("00:00-05:00 zone-1 0.1");
    expect(windowsOf(tariff, "2026-06-15")[0]).toBe("00:00-05:00 zone-2 0.2");
  });

  test("of equal ones the later or shorter, as evcc sorts them", () => {
    const { tariff } = imported(`    type: fixed
    price: 0.3
    zones:
      - { hours: 8-9, price: 0.1 }
      - { hours: 6-12, price: 0.2 }
      - { hours: 6-7, price: 0.25 }
`);
    expect(windowsOf(tariff, "2026-06-15").slice(1, -1)).toEqual([
      "06:00-07:00 zone-3 0.25",
      "07:00-08:00 zone-2 0.2",
      "08:00-09:00 zone-1 0.1",
      "09:00-12:00 zone-2 0.2",
    ]);
  });
});

test("charges are a component of their own; tax is in both, and in what is fed in its own", () => {
  const { tariff, lines } = imported(`    type: template
    template: fixed-zones
    price: 0.2
    charges: 0.1
    chargesZones: [{ hours: 17-22, price: 0.15 }]
    tax: 0.25
  feedin:
    type: fixed
    price: 0.08
`);
  const prices = tariff.components.map(({ id, direction, versions: [version] }) => [
    id,
    direction,
    version?.price ?? version?.bands?.map(({ price }) => price),
  ]);
  expect(prices).toEqual([
    ["energy", "import", 0.25],
    ["charges", "import", [0.125, 0.1875]],
    ["feed-in", "export", 0.08],
  ]);
  expect(lines).toContain("evcc's tax is in the prices, which are with VAT.");
});

test("what evcc does not tell is left open: the plan is refused until it is filled in", () => {
  const yaml = "tariffs:\n  currency: CHF\n  grid: { type: fixed, price: 0.3 }\n";
  const lines = folder.import("evcc.yaml", yaml);
  for (const option of ["--timezone", "--from", "--vat", "holidays", "standing charges"])
    for (const text of [lines.join("\n"), folder.read("evcc.yaml")])
      expect(text).toMatch(new RegExp(`OPEN: .*${option}`));
  expect(lines).toContainEqual(expect.stringMatching(/^It cannot be used yet\. .*timezone is missing/));
  expect(() => folder.tariff("evcc")).toThrow(/timezone is missing.*versions\[0\]\.vat is missing/);
  folder.import("evcc.yaml", yaml, ...told, "--replace");
  expect(folder.tariff("evcc").currency).toBe("CHF");
});

test("a plan that is there is not overwritten without --replace", () => {
  imported("    type: fixed\n    price: 0.3\n");
  expect(() => imported("    type: fixed\n    price: 0.4\n")).toThrow(
    /evcc\.yaml is there already: give another --name, or --replace/,
  );
  expect(imported("    type: fixed\n    price: 0.4\n", "--replace").tariff.components[0]?.versions[0]?.price).toBe(0.4);
});

test.each([
  ["type: octopusenergy\n    productcode: A", /has the type octopusenergy, whose prices evcc asks for as it runs/],
  ["type: fixed\n    price: 0.3\n    formula: price * 2", /has the formula price \* 2, which a plan cannot say/],
  [
    "type: fixed\n    price: 0.3\n    zones: [{ hours: 22-6, price: 0.1 }]",
    /go across midnight, where evcc never applies them/,
  ],
  ["type: fixed\n    price: 0.3\n    zones: [{ hours: '5:10-6', price: 0.1 }]", /off the 15-minute grid/],
  ["type: fixed\n    price: 0.3\n    zones: [{ days: Mon-Caturday, price: 0.1 }]", /days "Mon-Caturday" are none/],
  ["type: fixed\n    price: 0.3\n    zones: [{ day: Mon, price: 0.1 }]", /Unrecognized key/],
  ["type: fixed", /has no price/],
])("%s is refused", (grid, message) => {
  expect(() => imported(`    ${grid}\n`)).toThrow(message);
});
