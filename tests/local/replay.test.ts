/** What a replay says of a capture before it sends anything, and of a disk that is full meanwhile. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClock } from "../../local/clock";
import { readCapture } from "../../local/messages/capture";
import { reach } from "../../local/session/pipeline";
import { outsideCalendar, refuseUnfit } from "../../local/session/replay-lines";

const directory = mkdtempSync(join(tmpdir(), "wattlake-replay-"));
afterAll(() => rmSync(directory, { recursive: true }));

const gen1 = "shellies/shellyem-A4CF12F3B2/emeter/0/power";
async function capture(lines: readonly (readonly [string, string, string])[]) {
  const path = join(directory, "june.jsonl");
  const text = lines.map(([received_at, topic, payload]) => `${JSON.stringify({ received_at, topic, payload })}\n`);
  writeFileSync(path, text.join(""));
  return { path, messages: await readCapture(path) };
}

describe("a message that no broker takes", () => {
  it.each([
    ["a payload of 131,073 bytes", gen1, "x".repeat(131_073), "the payload is larger than 131072 bytes."],
    ["a wildcard", "a/#/b", "1", "the topic has a wildcard (# or +); only a subscription may have one."],
    ["another one", "a/+", "1", "the topic has a wildcard (# or +); only a subscription may have one."],
    ["a topic of nine levels", "a/b/c/d/e/f/g/h/i", "1", "the topic has more than 7 slashes."],
    ["a reserved topic", "$SYS/x", "1", "topics that begin with $ are reserved."],
  ])("for %s is named by file and line", async (_, topic, payload, reason) => {
    const { path, messages } = await capture([
      ["2025-06-03T12:00:00Z", gen1, "x".repeat(131_072)],
      ["2025-06-03T12:00:01Z", topic, payload],
    ]);
    expect(() => refuseUnfit(messages)).toThrow(
      `${path}, line 2: a broker refuses this message to ${topic}: ${reason}\nNothing was sent.`,
    );
    expect(() => refuseUnfit(messages.slice(0, 1))).not.toThrow();
  });

  it("of many the first are named, the others counted", async () => {
    const { messages } = await capture(Array.from({ length: 8 }, () => ["2025-06-03T12:00:00Z", "a/#", "1"]));
    expect(() => refuseUnfit(messages)).toThrow(/line 5: .*\n\.\.\. and 3 more\nNothing was sent\.$/);
  });
});

it("years between two messages are told as they pass, and every timer on the way still fires at its own instant", async () => {
  const start = Date.UTC(2025, 0, 1);
  const clock = createClock(start);
  const fired: number[] = [];
  for (const day of [400, 29.5, 30]) {
    const due = start + day * 86_400_000;
    clock.at(due, () => void fired.push(clock.now() - due));
  }
  const told: string[] = [];
  await reach(clock, Date.UTC(2026, 0, 1), (text) => void told.push(text));
  expect([fired, clock.now()]).toEqual([[0, 0], Date.UTC(2026, 0, 1)]);
  const silence = "no message until 2026-01-01";
  expect([told.length, told[0], told.at(-1)]).toEqual([12, `2025-01-31, ${silence}`, `2025-12-27, ${silence}`]);
  await reach(clock, Date.UTC(2026, 0, 2), (text) => void told.push(text));
  expect(told).toHaveLength(12);
});

it("names what lies outside of the calendar by file and line; a day is one of the sites' own", async () => {
  const { path, messages } = await capture([
    ["2024-12-31T22:59:59Z", gen1, "1"],
    ["2024-12-31T23:00:00Z", gen1, "1"],
    ["2025-12-31T23:59:59Z", gen1, "1"],
    ["2026-01-01T00:00:00Z", gen1, "1"],
    ["1970-01-01T00:00:00Z", gen1, "1"],
  ]);
  const sites = [{ timezone: "Europe/Warsaw" }, { timezone: "Europe/London" }];
  const calendar = { from: "2025-01-01", to: "2025-12-31" };
  expect(outsideCalendar(messages, sites, calendar, "Pulumi.dev.yaml")?.split("\n")).toEqual([
    `${path}, line 5: received at 1970-01-01T00:00:00.000Z, outside the calendar.`,
    `${path}, line 1: received at 2024-12-31T22:59:59.000Z, outside the calendar.`,
    `${path}, line 4: received at 2026-01-01T00:00:00.000Z, outside the calendar.`,
    "The calendar of Pulumi.dev.yaml is 2025-01-01 to 2025-12-31 (wattlake:warehouse): what lies outside goes to quarantine/.",
  ]);
  expect(outsideCalendar(messages.slice(2, 4), sites, calendar, "Pulumi.dev.yaml")).toBeUndefined();
});
