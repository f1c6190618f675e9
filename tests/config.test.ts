/** The stack configuration: defaults, and the exact sentence for every kind of mistake. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunError } from "@pulumi/pulumi/errors";
import { parse } from "yaml";
import { z } from "zod";
import { parseConfig, wattlakeKeys } from "../config";
import { toSeconds } from "../configuration/quantities";
import { readTariff, tariffNames } from "../configuration/tariffs";

const channel = { index: 0, name: "Grid", role: "grid" };
const meter = { id: "shellyem-A", model: "EM", channels: [channel] };
const site = { id: "home", timezone: "Europe/Warsaw", currency: "PLN", meters: [meter] };
const withMeter = (changes: object) => ({ sites: [{ ...site, meters: [{ ...meter, ...changes }] }] });
const withChannels = (...channels: object[]) => withMeter({ channels });
const without = (whole: object, key: string) =>
  Object.fromEntries(Object.entries(whole).filter(([each]) => each !== key));

/** The sentences of the error that parsing throws. */
function mistakes(raw: unknown): string[] {
  try {
    parseConfig(raw);
  } catch (error) {
    const [, ...lines] = error instanceof Error ? error.message.split("\n") : [];
    return lines.map((line) => line.trim());
  }
  return [];
}

test("a fleet whose day would not fit into one archive", () => {
  const sites = Array.from({ length: 4001 }, (_, at) => ({
    ...{ ...site, id: `s${at}` },
    meters: [0, 1, 2, 3, 4].map((own) => ({
      ...{ ...meter, id: `m${at}-${own}` },
      channels: [{ ...channel, name: `Grid ${own}` }],
    })),
  }));
  expect(mistakes({ sites })).toEqual([
    "wattlake:sites has 20,005 meters, but must have at most 20,000: the raw messages of a day, some 0.42 MB a meter, go into one archive, and the function that makes it has 10 GB of disk; give the others a stack of their own.",
  ]);
});

describe("a correct configuration", () => {
  test("needs only sites; everything else has a default", () => {
    expect(parseConfig({ sites: [site] })).toEqual({
      sites: [
        {
          id: "home",
          timezone: "Europe/Warsaw",
          currency: "PLN",
          netting: "sum",
          meters: [
            {
              id: "shellyem-A",
              model: "EM",
              connection: "bridge",
              integration: "hold",
              maxGap: "930 s",
              silence: "24 h",
              channels: [channel],
            },
          ],
        },
      ],
      tariffs: { until: "2029-01-01" },
      ingest: { delivery: "buffered", buffer: { interval: "300 s", size: "5 MiB" }, live: false },
      gateway: { requests: "meters", bridge: "mosquitto" },
      aggregation: { schedule: "hourly", at: "04:00", timezone: "Europe/Warsaw" },
      retention: { rawDays: 30, stagedDays: 30, quarantineDays: 365, dailyToInfrequentAccessDays: 90, logDays: 30 },
      recovery: {},
      warehouse: {
        dataset: "wattlake",
        mirror: "event",
        materialize: false,
        storage: "external",
        calendar: { from: "2024-01-01", to: "2035-12-31" },
      },
      alerts: { alarms: "free", logRuns: false },
      audit: { trail: false, lakeEvents: false, keepDays: 365, accessAnalyzer: false, dataAccess: false },
    });
  });

  test("keeps what is said instead of the default", () => {
    const { sites, ingest, aggregation } = parseConfig({
      ...withMeter({ model: "EMG3", connection: "bridge", integration: "trapezoid", maxGap: "5 m" }),
      ingest: { delivery: "direct" },
      aggregation: { schedule: "daily", at: "05:30", timezone: "UTC" },
    });
    expect(sites[0]?.meters[0]).toMatchObject({ connection: "bridge", integration: "trapezoid", maxGap: "5 m" });
    expect(ingest.delivery).toBe("direct");
    expect(aggregation).toEqual({ schedule: "daily", at: "05:30", timezone: "UTC" });
  });

  test("a meter of a later generation is connected directly unless said otherwise", () => {
    expect(parseConfig(withMeter({ model: "Pro3EM" })).sites[0]?.meters[0]?.connection).toBe("direct");
  });

  test("a name may be of any language, and is free for a channel that comes after, or at another site", () => {
    const names = ["Wärmepumpe", "ポンプ", "🔋 battery", "पंप", "Heat pump (2nd floor)", "x".repeat(64)];
    for (const name of names)
      expect(parseConfig(withChannels({ ...channel, name })).sites[0]?.meters[0]?.channels[0]?.name).toBe(name);
    const [before, after] = [
      { ...meter, until: "2025-06-01" },
      { ...meter, id: "shellyem-B", from: "2025-06-01" },
    ];
    const elsewhere = { ...site, id: "cottage", meters: [{ ...meter, id: "shellyem-C" }] };
    expect(parseConfig({ sites: [{ ...site, meters: [before, after] }, elsewhere] }).sites).toHaveLength(2);
  });

  test("a time zone may be an alias", () => {
    expect(parseConfig({ sites: [{ ...site, timezone: "US/Eastern" }] }).sites[0]?.timezone).toBe("US/Eastern");
  });

  test.each([["930 s", 930] as const, ["15 m", 900] as const, ["1.5 h", 5400] as const])(
    "%s is %d s",
    (text, seconds) => {
      expect(toSeconds(text)).toBe(seconds);
    },
  );

  test.each(["dev", "prod"])("Pulumi.%s.yaml is one", (stack) => {
    const file = z.object({ config: z.record(z.string(), z.unknown()) });
    const { config } = file.parse(parse(readFileSync(join(__dirname, "..", `Pulumi.${stack}.yaml`), "utf8")));
    const flat = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, JSON.stringify(value)]));
    expect(parseConfig(wattlakeKeys(flat)).sites.map(({ id }) => id)).toContain("home");
  });
});

describe("a mistake is one sentence that names the path and what is allowed", () => {
  const timezone = (name: unknown) => ({ sites: [{ ...site, timezone: name }] });
  test.each<[string, unknown, string]>([
    ["no configuration at all", {}, "wattlake:sites is missing; it must be a list of sites."],
    ["a text for the sites", { sites: "home" }, 'wattlake:sites is "home", but must be a list of sites.'],
    ["no site", { sites: [] }, "wattlake:sites is an empty list, but must be a list of at least one site."],
    [
      "a time zone with a typing error",
      timezone("Europe/Warsav"),
      'wattlake:sites[0].timezone is "Europe/Warsav", but must be an IANA time zone, for example "Europe/Warsaw" (did you mean "Europe/Warsaw"?).',
    ],
    [
      "a time zone in lower case",
      timezone("europe/london"),
      'wattlake:sites[0].timezone is "europe/london", but must be an IANA time zone, for example "Europe/Warsaw" (did you mean "Europe/London"?).',
    ],
    [
      "an offset for a time zone",
      timezone("+02:00"),
      'wattlake:sites[0].timezone is "+02:00", but must be an IANA time zone, for example "Europe/Warsaw".',
    ],
    [
      "no time zone",
      { sites: [without(site, "timezone")] },
      'wattlake:sites[0].timezone is missing; it must be an IANA time zone, for example "Europe/Warsaw".',
    ],
    [
      "a currency that is none",
      { sites: [{ ...site, currency: "zloty" }] },
      'wattlake:sites[0].currency is "zloty", but must be an ISO 4217 currency, for example "EUR".',
    ],
    [
      "a site id that is no path",
      { sites: [{ ...site, id: "My home" }] },
      'wattlake:sites[0].id is "My home", but must be a name of lower-case letters, digits, "-" and "_".',
    ],
    [
      "a latitude beyond the pole",
      { sites: [{ ...site, location: { latitude: 91, longitude: 0 } }] },
      "wattlake:sites[0].location.latitude is 91, but must be decimal degrees from -90 to 90.",
    ],
    [
      "a tariff that does not exist",
      { sites: [{ ...site, tariff: "pl-g13" }] },
      `wattlake:sites[0].tariff is "pl-g13", but must be one of the plans in tariffs/: ${tariffNames()
        .map((name) => `"${name}"`)
        .join(", ")} (did you mean "pl-g11"?).`,
    ],
    [
      "a tariff in another currency",
      { sites: [{ ...site, currency: "EUR", tariff: "pl-g12" }] },
      'wattlake:sites[0].tariff is "pl-g12", whose prices are in PLN, but the site\'s currency is "EUR".',
    ],
    [
      "a tariff and a currency that is none",
      { sites: [{ ...site, currency: "PLZ", tariff: "pl-g12" }] },
      'wattlake:sites[0].currency is "PLZ", but must be an ISO 4217 currency, for example "EUR".',
    ],
    [
      "an unknown model",
      withMeter({ model: "EM3" }),
      'wattlake:sites[0].meters[0].model is "EM3", but must be one of "EM", "3EM", "EMG3", "ProEM50", "Pro3EM", "Pro3EM-mono", "Pro3EM400", "Pro3EM400-mono", "3EM63G3", "3EM63G3-mono" (did you mean "EM"?).',
    ],
    [
      "a Gen1 meter without a bridge",
      withMeter({ connection: "direct" }),
      'wattlake:sites[0].meters[0].connection is "direct", but must be "bridge": a Gen1 meter (EM) has no TLS.',
    ],
    [
      "an MQTT name with a slash",
      withMeter({ id: "shellies/em" }),
      'wattlake:sites[0].meters[0].id is "shellies/em", but must be the meter\'s MQTT name: letters, digits, ":", "_" and "-".',
    ],
    [
      "a duration without a unit",
      withMeter({ maxGap: "930" }),
      'wattlake:sites[0].meters[0].maxGap is "930", but must be a duration from "1 s" to "24 h" with its unit (s, m or h), for example "930 s".',
    ],
    [
      "a duration in a wrong unit",
      withMeter({ maxGap: "930 ms" }),
      'wattlake:sites[0].meters[0].maxGap is "930 ms", but must be a duration from "1 s" to "24 h" with its unit (s, m or h), for example "930 s".',
    ],
    [
      "a duration out of range",
      withMeter({ maxGap: "25 h" }),
      'wattlake:sites[0].meters[0].maxGap is "25 h", but must be a duration from "1 s" to "24 h" with its unit (s, m or h), for example "930 s".',
    ],
    [
      "a channel without a role",
      withChannels(without(channel, "role")),
      'wattlake:sites[0].meters[0].channels[0].role is missing; it must be one of "grid", "solar", "battery", "load".',
    ],
    [
      "a role with a typing error",
      withChannels({ ...channel, role: "gird" }),
      'wattlake:sites[0].meters[0].channels[0].role is "gird", but must be one of "grid", "solar", "battery", "load".',
    ],
    [
      "a time in place without an offset",
      withMeter({ from: "2025-06-02T14:30:00" }),
      'wattlake:sites[0].meters[0].from is "2025-06-02T14:30:00", but must be a local day "YYYY-MM-DD", or an instant with its offset, for example "2025-06-02T14:30:00+02:00".',
    ],
    [
      "a time in place in no time zone",
      { sites: [{ ...site, timezone: "Warsaw", meters: [{ ...meter, from: "2025-06-02" }] }] },
      'wattlake:sites[0].timezone is "Warsaw", but must be an IANA time zone, for example "Europe/Warsaw".',
    ],
    [
      "a day that does not exist",
      withMeter({ until: "2025-06-31" }),
      'wattlake:sites[0].meters[0].until is "2025-06-31", but must be a local day "YYYY-MM-DD", or an instant with its offset, for example "2025-06-02T14:30:00+02:00".',
    ],
    [
      "a meter that left before it came",
      withMeter({ from: "2025-06-02", until: "2025-06-01" }),
      'wattlake:sites[0].meters[0].until is "2025-06-01", but must be after from, which is "2025-06-02".',
    ],
    [
      "a channel that came after its meter had left",
      withMeter({ until: "2025-06-01", channels: [{ ...channel, from: "2025-06-01T22:00:00Z" }] }),
      "wattlake:sites[0].meters[0].channels[0] is never in place: from must be before until, its own and the meter's.",
    ],
    [
      "the same channel twice",
      withChannels(channel, channel),
      "wattlake:sites[0].meters[0].channels[1].index is 0, but channels[0] has the same index: each channel appears once.",
    ],
    [
      "a channel that the model does not have",
      withChannels({ ...channel, index: 2 }),
      "wattlake:sites[0].meters[0].channels[0].index is 2, but the channels of an EM are 0 to 1.",
    ],
    [
      "a negative power limit",
      withChannels({ ...channel, maxPower: -1 }),
      "wattlake:sites[0].meters[0].channels[0].maxPower is -1, but must be a power in W above 0.",
    ],
    ...[
      ["a blank name", "  ", '"  "'],
      ["an empty name", "", '""'],
      ["no name to see", "\u200b", '"\\u{200b}"'],
      ["a name of two lines", "Heat\npump", '"Heat\\npump"'],
      ["a name with a line separator", "Heat\u2028pump", '"Heat\\u{2028}pump"'],
      ["a name that rings a bell", "Grid\u0007", '"Grid\\u0007"'],
      ["a name that turns the writing around", "Grid\u202e", '"Grid\\u{202e}"'],
      ["a name with a space before it", " Grid", '" Grid"'],
      ["a name of 65 letters", "x".repeat(65), `"${"x".repeat(65)}"`],
      ["a name of 5,000 letters", "x".repeat(5000), `"${"x".repeat(80)}" and on (5000 characters)`],
    ].map(([title = "", name = "", shown = ""]): [string, unknown, string] => [
      title,
      withChannels({ ...channel, name }),
      `wattlake:sites[0].meters[0].channels[0].name is ${shown}, but must be a name to show: one line of 1 to 64 characters, without spaces around it.`,
    ]),
    [
      "a site id that is too long",
      { sites: [{ ...site, id: "s".repeat(64) }] },
      `wattlake:sites[0].id is "${"s".repeat(64)}", but must be a name of lower-case letters, digits, "-" and "_", at most 63 characters.`,
    ],
    [
      "a meter id that is too long",
      withMeter({ id: "m".repeat(129) }),
      `wattlake:sites[0].meters[0].id is "${"m".repeat(80)}" and on (129 characters), but must be the meter's MQTT name: letters, digits, ":", "_" and "-", at most 128 characters.`,
    ],
    [
      "a meter id of two lines",
      withMeter({ id: "a\nb" }),
      'wattlake:sites[0].meters[0].id is "a\\nb", but must be the meter\'s MQTT name: letters, digits, ":", "_" and "-".',
    ],
    [
      "a value that is empty",
      withMeter({ model: null }),
      'wattlake:sites[0].meters[0].model is empty, but must be one of "EM", "3EM", "EMG3", "ProEM50", "Pro3EM", "Pro3EM-mono", "Pro3EM400", "Pro3EM400-mono", "3EM63G3", "3EM63G3-mono".',
    ],
    [
      "one name for two channels of a site",
      { sites: [{ ...site, meters: [meter, { ...meter, id: "shellyem-B" }] }] },
      'wattlake:sites[0].meters[1].channels[0].name is "Grid", but so is meters[0].channels[0].name of this site: each channel has its own name.',
    ],
    [
      "one name in two spellings of one letter",
      withChannels(
        { ...channel, name: "Chauffe-\u00e9t\u00e9" },
        { ...channel, index: 1, name: "Chauffe-e\u0301te\u0301" },
      ),
      'wattlake:sites[0].meters[0].channels[1].name is "Chauffe-\u00e9t\u00e9", but so is meters[0].channels[0].name of this site: each channel has its own name.',
    ],
    [
      "the same meter at two sites",
      { sites: [site, { ...site, id: "cottage" }] },
      'wattlake:sites[1].meters[0].id is "shellyem-A", but so is wattlake:sites[0].meters[0].id: a meter belongs to one site.',
    ],
    [
      "the same site twice",
      { sites: [site, { ...site, meters: [{ ...meter, id: "shellyem-B" }] }] },
      'wattlake:sites[1].id is "home", but so is wattlake:sites[0].id: each site has its own id.',
    ],
    [
      "an unknown key",
      { sites: [site], ingest: { delivry: "direct" } },
      'wattlake:ingest has the unknown key "delivry" (did you mean "delivery"?); its keys are delivery, buffer, live.',
    ],
    [
      "unknown keys at the top",
      { sites: [site], colour: "red", sitez: [] },
      'The stack configuration has the unknown keys "colour", "sitez" (did you mean "sites"?); its keys are sites, tariffs, ingest, gateway, aggregation, retention, recovery, warehouse, alerts, audit.',
    ],
    [
      "a buffer without its unit",
      { sites: [site], ingest: { buffer: { size: 5 } } },
      'wattlake:ingest.buffer.size is 5, but must be a size from "1 MiB" to "128 MiB" with its unit (MiB).',
    ],
    [
      "a buffer that waits too long",
      { sites: [site], ingest: { buffer: { interval: "16 m" } } },
      'wattlake:ingest.buffer.interval is "16 m", but must be a duration from "0 s" to "900 s" with its unit (s, m or h), for example "300 s".',
    ],
    [
      "the live path",
      { sites: [site], ingest: { live: "sometimes" } },
      'wattlake:ingest.live is "sometimes", but must be true or false.',
    ],
    [
      "a time of day for an hourly schedule",
      { sites: [site], aggregation: { at: "05:00" } },
      'wattlake:aggregation.at is "05:00", but only a daily schedule has a time of day: leave it out, or set schedule to "daily".',
    ],
    [
      "a time of day that is none",
      { sites: [site], aggregation: { schedule: "daily", at: "24:00" } },
      'wattlake:aggregation.at is "24:00", but must be a local time "HH:MM".',
    ],
    [
      "a log retention that CloudWatch does not know",
      { sites: [site], retention: { logDays: 31 } },
      "wattlake:retention.logDays is 31, but must be a number of days CloudWatch knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731.",
    ],
    [
      "raw messages that expire before they can be archived",
      { sites: [site], retention: { rawDays: 1 } },
      "wattlake:retention.rawDays is 1, but must be a number of days from 7 to 3650.",
    ],
    [
      "a dataset that BigQuery refuses",
      { sites: [site], warehouse: { dataset: "watt-lake" } },
      'wattlake:warehouse.dataset is "watt-lake", but must be a BigQuery dataset name: letters, digits and "_".',
    ],
    [
      "a calendar backwards",
      { sites: [site], warehouse: { calendar: { from: "2025-01-01", to: "2024-12-31" } } },
      "wattlake:warehouse.calendar ends before it begins: from must not be after to.",
    ],
    [
      "a calendar day that does not exist",
      { sites: [site], warehouse: { calendar: { to: "2025-02-29" } } },
      'wattlake:warehouse.calendar.to is "2025-02-29", but must be a day "YYYY-MM-DD" from 2000 to 2099.',
    ],
    [
      "an address without a host",
      { sites: [site], alerts: { email: "me" } },
      'wattlake:alerts.email is "me", but must be an e-mail address.',
    ],
  ])("%s", (_, raw, sentence) => {
    expect(mistakes(raw)).toEqual([sentence]);
  });

  test("several mistakes are told at once, in one error", () => {
    const raw = {
      sites: [
        { ...site, currency: "zloty" },
        { ...site, id: "B" },
      ],
      retention: { rawDays: 1 },
    };
    expect(() => parseConfig(raw)).toThrow(
      new Error(
        [
          "The stack configuration has 4 mistakes:",
          '  wattlake:sites[0].currency is "zloty", but must be an ISO 4217 currency, for example "EUR".',
          '  wattlake:sites[1].id is "B", but must be a name of lower-case letters, digits, "-" and "_".',
          "  wattlake:retention.rawDays is 1, but must be a number of days from 7 to 3650.",
          '  wattlake:sites[1].meters[0].id is "shellyem-A", but so is wattlake:sites[0].meters[0].id: a meter belongs to one site.',
        ].join("\n"),
      ),
    );
  });
});

describe("Pulumi's flat configuration", () => {
  test("keeps the keys of the program and reads structured values", () => {
    const flat = { "wattlake:sites": '[{"id":"home"}]', "wattlake:ingest": "direct", "aws:region": "eu-central-1" };
    expect(wattlakeKeys(flat)).toEqual({ sites: [{ id: "home" }], ingest: "direct" });
  });
});

test("a key that only misspells the namespace is refused, a key of a provider is not", () => {
  expect(() => wattlakeKeys({ "watlake:retention": "{}" })).toThrow(
    new RunError(
      'The stack configuration has a mistake:\n  watlake:retention is no key that is known (did you mean "wattlake:retention"?).',
    ),
  );
  expect(wattlakeKeys({ "aws:region": "eu-west-1", "gcp:project": "x", "docker:host": "y" })).toEqual({});
});

describe("tariff plans", () => {
  test.each(tariffNames())("%s is named as its file", (name) => {
    expect(readTariff(name).id).toBe(name);
  });

  const folder = mkdtempSync(join(tmpdir(), "wattlake-tariffs-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const flat = `id: flat
name: Flat
currency: EUR
timezone: Europe/Brussels
description: One price.
components:
  - { id: energy, name: Energy, kind: energy, versions: [{ from: 2026-01-01, example: true, vat: 0.06, price: 0.3 }] }
`;
  test("is read with what it leaves out", () => {
    writeFileSync(join(folder, "flat.yaml"), flat);
    expect(readTariff("flat", folder).components[0]?.versions[0]).toMatchObject({ price: 0.3, clock: "civil" });
  });
  test.each<[string, string, string]>([
    ["another id", flat.replace("id: flat", "id: flut"), ': id is "flut", but must be the file\'s name.'],
    [
      "no price",
      flat.replace("0.3", "free"),
      ': components[0].versions[0].price is "free", but must be a price: a number.',
    ],
    ["no currency", flat.replace("EUR", "euro"), ': currency is "euro", but must be an ISO 4217 currency'],
    ["an open bracket", flat.replace("]", ""), ", line 7, column 57: the [ that opens here is not closed"],
  ])("with %s are refused by their file", (_, text, mistake) => {
    writeFileSync(join(folder, "flat.yaml"), text);
    expect(() => readTariff("flat", folder)).toThrow(`${join(folder, "flat.yaml")}${mistake}`);
  });
});
