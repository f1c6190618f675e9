/** `npm start -- --replay` as a process: every message is in its account, and a capture without anything usable says why. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatAccount, missing, type Outcome, outcomesSince, type Published } from "../../local/session/account";
import { nothingUsable } from "../../local/session/nothing-usable";
import { needing, sharedData } from "../needs";
import { runProgram } from "../process";

const directory = mkdtempSync(join(tmpdir(), "wattlake-account-"));
afterAll(() => rmSync(directory, { recursive: true }));

const root = join(__dirname, "../..");
const noPrefix = join(root, "../shared/data/field-cases/topic-that-no-rule-takes.jsonl");
const gen1 = "shellyem-A4CF12F3B2";
const gen3 = "shellyemg3-0cb815fc9d38";

interface Line {
  readonly received_at: string;
  readonly topic: string;
  readonly payload: string;
}
const line = (received_at: string, topic: string, payload: string): Line => ({ received_at, topic, payload });
const power = (received_at: string, payload: string, device = gen1) =>
  line(received_at, `shellies/${device}/emeter/0/power`, payload);

async function replay(name: string, capture: string | readonly Line[]) {
  const path = typeof capture === "string" ? capture : join(directory, `${name}.jsonl`);
  if (typeof capture !== "string") writeFileSync(path, capture.map((each) => JSON.stringify(each)).join("\n"));
  return runProgram("local/main.ts", ["--replay", path, "--state", join(directory, `state-${name}`)]);
}

it("names what no rule takes, and each reason with its count and first example; the account is of this replay", async () => {
  const good = [power("2025-06-03T12:00:00Z", "600.00"), power("2025-06-03T12:05:00Z", "600.00")];
  const earlier = await replay("mixed", good);
  expect(earlier.code).toBe(0);
  expect(earlier.out).toContain("Broker: 2 messages = 2 taken by rules + 0 of topics that no rule takes\n");
  expect(earlier.out).toContain(
    "Manifests: 2 messages = 2 readings + 0 merged + 0 duplicates + 0 quarantined + 0 ignored\n",
  );

  const { code, out, err } = await replay("mixed", [
    power("2025-06-04T12:00:00Z", "600.00"),
    power("2025-06-04T12:00:00Z", "600.00"),
    power("2025-06-04T12:00:10Z", "nan"),
    power("2025-06-04T12:00:20Z", "1.00", "shellyem-UNKNOWN"),
    line("2025-06-04T12:00:30Z", `shellies/${gen1}/emeter/0/energy`, "17"),
    line("2025-06-04T12:00:40Z", `shellies/${gen1}/emeter/0/energy`, "18"),
    line("2025-06-04T12:00:50Z", `${gen3}/events/rpc`, JSON.stringify({ src: gen3, method: "NotifyEvent" })),
    line("2025-06-04T12:01:00Z", `shellies/${gen1}/relay/0`, "off"),
    line("2025-06-04T12:01:10Z", `home/${gen3}/events/rpc`, "{}"),
    line("2025-06-04T12:01:20Z", `home/${gen3}/events/rpc`, "{}"),
    power("2025-06-04T12:05:00Z", "600.00"),
  ]);
  expect([code, err]).toEqual([0, ""]);
  const account = out.slice(out.indexOf("Broker:")).split("\n");
  expect(account).toEqual([
    "Broker: 11 messages = 8 taken by rules + 3 of topics that no rule takes",
    `  no rule takes shellies/${gen1}/relay/0: 1, first off`,
    `  no rule takes home/${gen3}/events/rpc: 2, first {}`,
    "Manifests: 8 messages = 2 readings + 0 merged + 1 duplicate + 2 quarantined + 3 ignored",
    expect.stringMatching(/^ {2}ignored, volatile_counter: 2, first \{"value":17,.*"metric":"energy"/),
    expect.stringMatching(/^ {2}ignored, notify_event: 1, first \{.*"method":"NotifyEvent"/),
    expect.stringMatching(new RegExp(`^ {2}quarantined, not_a_number from ${gen1}: 1, first .*"metric":"power"`)),
    expect.stringMatching(/^ {2}quarantined, unknown_meter from shellyem-UNKNOWN: 1, first \{"value":1,/),
    "1 message comes from shellyem-UNKNOWN, a meter that Pulumi.dev.yaml does not have: they lie in quarantine/.",
    "",
  ]);
});

it("a second replay into a used state folder accounts for its own messages alone", async () => {
  const same = [power("2025-06-03T12:00:00Z", "600.00"), power("2025-06-03T12:05:00Z", "600.00")];
  await replay("twice", same);
  const more = [...same, power("2025-06-03T12:06:00Z", "600.00")];
  const { code, out, err } = await replay("twice", more);
  expect([code, err]).toEqual([0, ""]);
  expect(out.slice(out.indexOf("Broker:"))).toBe(
    "Broker: 3 messages = 3 taken by rules + 0 of topics that no rule takes\n" +
      "Manifests: 2 messages = 1 reading + 0 merged + 1 duplicate + 0 quarantined + 0 ignored\n" +
      "  1 message of this replay lay in the state folder already, in the very same objects\n",
  );
  const third = await replay("twice", more);
  expect([third.code, third.err]).toEqual([0, ""]);
  expect(third.out).toContain("Manifests: 0 messages = 0 readings");
  expect(third.out).toContain("  3 messages of this replay lay in the state folder already");
});

needing(sharedData("field-cases")).test(
  "a configured meter under another prefix is named and counted, and the replay is complete",
  async () => {
    const configured = readFileSync(noPrefix, "utf8").replaceAll("shellyemg3-t11", gen3);
    const path = join(directory, "prefix.jsonl");
    writeFileSync(path, configured);
    const { code, out, err } = await replay("prefix", path);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("Broker: 1 message = 0 taken by rules + 1 of topics that no rule takes\n");
    expect(out).toContain(`  no rule takes home/${gen3}/events/rpc: 1, first {"src":"${gen3}"`);
  },
);

it("says before it begins which line no broker takes, and sends nothing", async () => {
  const capture = [power("2025-06-03T12:00:00Z", "600.00"), line("2025-06-03T12:00:01Z", "a/#/b", "1")];
  const { code, out, err } = await replay("unfit", capture);
  expect(err).toContain(`${join(directory, "unfit.jsonl")}, line 2: a broker refuses this message to a/#/b: `);
  expect(code).toBe(1);
  expect(out).not.toContain("Publish");
});

it("of a capture without anything usable it says why in a sentence, and ends with 1", async () => {
  const { code, out, err } = await replay("calendar", [power("2021-06-04T12:00:00Z", "1.00")]);
  expect(err).toBe(
    "Nothing of this capture can be used: its messages lie outside the calendar of Pulumi.dev.yaml, 2024-01-01 to 2035-12-31 (wattlake:warehouse).\n",
  );
  expect(code).toBe(1);
  expect(out).toContain("Broker: 1 message = 1 taken by rules + 0 of topics that no rule takes\n");
  expect(out).toContain(`  quarantined, outside_calendar from ${gen1}: 1, first {"value":1,`);
  const path = join(directory, "calendar.jsonl");
  expect(out).toContain(`${path}, line 1: received at 2021-06-04T12:00:00.000Z, outside the calendar.\n`);
});

describe("the account", () => {
  const outcome = (name: Outcome["outcome"], messages: number, more: Partial<Outcome> = {}): Outcome => ({
    ...{ outcome: name, reason: null, device: null, messages, example: null },
    ...more,
  });
  const published = (received: number): Published => ({
    received: () => received,
    untaken: () => [{ topic: "a/b", messages: 2, first: { at: 0, payload: "x".repeat(300) } }],
    topicFilters: ["+/events/rpc"],
  });

  it("finds what is in no manifest, and tells what was there before", () => {
    const outcomes = [outcome("arrived", 5), outcome("reading", 5)];
    expect(missing(published(9), outcomes)).toBe(2);
    expect(missing(published(6), outcomes)).toBe(0);
    expect(formatAccount(published(6), outcomes)).toContain("  1 message of the same hours left from before");
    expect(formatAccount(published(7), outcomes)).not.toContain("from before");
    expect(formatAccount(published(7), outcomes)).toContain(`first ${"x".repeat(200)}...\n`);
  });

  it("is of what came since: earlier outcomes of the same hours are taken off, unless they have changed themselves", () => {
    const unknown = (messages: number) => outcome("quarantined", messages, { reason: "unknown_meter", device: "x" });
    const earlier = [outcome("arrived", 300), outcome("reading", 299), unknown(1)];
    const twice = [outcome("arrived", 600), outcome("reading", 299), outcome("duplicate", 299), unknown(2)];
    expect(outcomesSince(earlier, twice)).toEqual([outcome("arrived", 300), outcome("duplicate", 299), unknown(1)]);
    expect(outcomesSince([], twice)).toEqual(expect.arrayContaining(twice));
    // The meter is configured by now: its message is a reading.
    expect(outcomesSince(earlier, [outcome("arrived", 600), outcome("reading", 600)])).toBeUndefined();
    expect(outcomesSince(earlier, [outcome("arrived", 300), outcome("reading", 100), unknown(200)])).toBeUndefined();
  });

  const described = { file: "Pulumi.dev.yaml", calendar: { from: "2024-01-01", to: "2035-12-31" }, meters: ["m"] };
  const nothing = "Nothing of this capture can be used: ";

  it("tells the reason of most messages where there are several", () => {
    const outcomes = [
      outcome("arrived", 5),
      outcome("quarantined", 4, { reason: "device_clock", device: "m" }),
      outcome("ignored", 1, { reason: "notify_event" }),
    ];
    expect(nothingUsable(published(7), outcomes, described)).toBe(
      `${nothing}of most of its messages (4) the reason is device_clock, and they are quarantined.`,
    );
    for (const usable of ["reading", "merged", "duplicate"] as const)
      expect(nothingUsable(published(7), [...outcomes, outcome(usable, 1)], described)).toBeUndefined();
  });

  it("names the meters that are not configured", () => {
    const unknown = (device: string) => outcome("quarantined", 1, { reason: "unknown_meter", device });
    expect(nothingUsable(published(4), [outcome("arrived", 2), unknown("x"), unknown("y")], described)).toBe(
      `${nothing}its messages come from x, y, which Pulumi.dev.yaml does not have among its meters.`,
    );
  });

  it("names a topic that no rule takes, unless it is one of a configured meter: then the account has told all", () => {
    expect(nothingUsable(published(2), [], described)).toBe(
      `${nothing}no rule takes its topics (the first is a/b); rules take +/events/rpc.`,
    );
    expect(nothingUsable(published(2), [], { ...described, meters: ["b"] })).toBeUndefined();
  });
});
