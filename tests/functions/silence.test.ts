/**
 * What `commit-run` says of what is not heard: an hour's silence of a site that normally sends, a meter's beyond its limit, a day
 * without a record, a certificate that ends.
 */
import { dayManifestKey, referenceKeys } from "../../functions/lake/keys";
import type { Watched } from "../../functions/lake/watched";
import { type Lake, referenceOf, run, sourceSteps, startLakes } from "./lake";
import { gen1Line, gen2Line } from "./messages";

let lakes: Awaited<ReturnType<typeof startLakes>>;
let records: Record<string, unknown>[];
beforeAll(async () => {
  lakes = await startLakes();
});
beforeEach(() => {
  records = [];
  jest.spyOn(console, "log").mockImplementation((record) => void records.push(record));
});
afterAll(() => lakes.close());

const zones = { a: "Europe/Warsaw", b: "America/New_York", quiet: "UTC" };
const reference = referenceOf(zones, { from: "2025-05-20", to: "2025-07-31" });
const send = (lake: Lake, site: string, ...hours: string[]) =>
  Promise.all(
    hours.map((hour) => lake.putRaw(hour, site, [gen1Line(`em-${site}`, 0, "power", 1, Date.parse(`${hour}:30:00Z`))])),
  );
/** The record of the last commit. */
const told = () => records.filter(({ unit }) => unit === "commit-run").at(-1);

test("an hour without a message from a site that normally sends is told, by site and hour", async () => {
  const lake = await lakes.open(reference);
  const steps = sourceSteps(lake);
  await send(lake, "a", "2025-06-01T09", "2025-06-01T10", "2025-06-01T11");
  await send(lake, "b", "2025-06-01T09", "2025-06-01T10");
  await run(steps, { now: "2025-06-01T11:10:00.000Z" });
  expect(told()).toMatchObject({ next: "2025-06-01T11", silent: 0, silentSites: [], silentMeters: [] });
  await run(steps, { now: "2025-06-01T12:10:00.000Z" });
  expect(told()).toMatchObject({ silent: 1, silentSites: [{ site: "b", hours: ["2025-06-01T11"] }] });
  // Nothing at all arrives any more: no raw folder tells, the sites are told all the same.
  await run(steps, { now: "2025-06-01T14:10:00.000Z" });
  const hours = ["2025-06-01T12", "2025-06-01T13"];
  expect(told()).toMatchObject({
    silent: 2,
    silentSites: [
      { site: "a", hours },
      { site: "b", hours },
    ],
  });
});

test("a day's only run tells of each silent hour since the last one", async () => {
  const lake = await lakes.open(reference);
  const steps = sourceSteps(lake);
  await steps.commit({ next: "2025-06-01T04" });
  const hours = Array.from({ length: 24 }, (_, i) => new Date(Date.UTC(2025, 5, 1, 4 + i)).toISOString().slice(0, 13));
  await send(lake, "a", ...hours.filter((hour) => hour !== "2025-06-01T17"));
  await run(steps, { now: "2025-06-02T04:10:00.000Z" });
  expect(told()).toMatchObject({ silentSites: [{ site: "a", hours: ["2025-06-01T17"] }] });
});

test("a site that has not sent for seven days normally does not", async () => {
  const lake = await lakes.open(reference);
  const steps = sourceSteps(lake);
  await send(lake, "a", "2025-06-01T10");
  await run(steps, { now: "2025-06-01T11:10:00.000Z" });
  await steps.commit({ next: "2025-06-08T10" });
  await steps.commit({ next: "2025-06-08T11" });
  expect(told()).toMatchObject({ silentSites: [{ site: "a", hours: ["2025-06-08T10"] }] });
  await steps.commit({ next: "2025-06-08T12" });
  expect(told()).toMatchObject({ silent: 0 });
});

test("a site whose last meter has left is not expected to send", async () => {
  const left = { in_place_until: "2025-06-01T11:20:00.000Z" };
  const meters = reference.meters.map((line) =>
    line.site === "a" || (line.site === "b" && line.channel === 0) ? { ...line, ...left } : line,
  );
  const lake = await lakes.open({ ...reference, meters });
  const steps = sourceSteps(lake);
  await send(lake, "a", "2025-06-01T10");
  await send(lake, "b", "2025-06-01T10");
  await run(steps, { now: "2025-06-01T11:10:00.000Z" });
  await steps.commit({ next: "2025-06-01T13" });
  const hours = ["2025-06-01T11", "2025-06-01T12"];
  expect(told()).toMatchObject({ silent: 1, silentSites: [{ site: "b", hours }] });
});

/** What the program writes for the runs to compare the record with. */
const watch = (lake: Lake, watched: Partial<Watched>) =>
  lake.put(referenceKeys.watched, JSON.stringify({ meters: [], certificates: [], ...watched }));
const meterOf = (site: string, more: object = {}) => ({ site, device: `em-${site}`, silence_s: 86_400, ...more });

describe("a meter", () => {
  test("is silent once it has told nothing for longer than it may, by the last that was heard of it", async () => {
    const lake = await lakes.open(reference);
    const steps = sourceSteps(lake);
    await watch(lake, { meters: [meterOf("a"), { ...meterOf("a"), device: "g3-a" }, meterOf("b")] });
    await send(lake, "a", "2025-06-01T10", "2025-06-02T10");
    await lake.putRaw("2025-06-01T10", "g3", [
      gen2Line(
        "g3-a",
        "em1:0",
        { act_power: 5 },
        Date.parse("2025-06-01T10:40:00Z"),
        Date.parse("2025-06-01T10:40:01Z"),
      ),
    ]);
    await run(steps, { now: "2025-06-02T10:10:00.000Z" });
    expect(told()).toMatchObject({ silentMeters: [] });
    await run(steps, { now: "2025-06-02T11:10:00.000Z" });
    // 24 hours and 20 minutes; the other meter was heard half an hour ago, and that of b never.
    const since = "2025-06-01T10:40:00.000Z";
    expect(told()).toMatchObject({ silent: 1, silentMeters: [{ site: "a", device: "g3-a", since }], silentSites: [] });
    // It stays so until it is heard, however long that takes: the index of days remembers it.
    await send(lake, "a", "2025-06-20T10");
    await run(steps, { now: "2025-06-20T11:10:00.000Z" });
    expect(told()).toMatchObject({ silentMeters: [{ site: "a", device: "g3-a", since: "2025-06-01" }] });
  });

  test("that has left, or has not come yet, is not silent; one that was to come is", async () => {
    const lake = await lakes.open(reference);
    const steps = sourceSteps(lake);
    await send(lake, "a", "2025-06-01T10");
    await run(steps, { now: "2025-06-01T11:10:00.000Z" });
    const until = { until: "2025-06-03T00:00:00.000Z" };
    await watch(lake, {
      meters: [meterOf("a", until), meterOf("b"), meterOf("quiet", { from: "2025-06-02T00:00:00.000Z" })],
    });
    await steps.commit({ next: "2025-06-02T23" });
    expect(told()).toMatchObject({ silentMeters: [{ site: "a", device: "em-a" }] });
    await steps.commit({ next: "2025-06-03T01" });
    expect(told()).toMatchObject({ silentMeters: [{ site: "quiet", device: "em-quiet", since: null }] });
  });
});

describe("a local day", () => {
  test("on which a site sent and which has no manifest is told once it is over, and the runs look no more at it", async () => {
    const lake = await lakes.open(reference);
    const steps = sourceSteps(lake);
    await send(lake, "a", "2025-06-01T10", "2025-06-01T11", "2025-06-02T10");
    await run(steps, { now: "2025-06-02T11:10:00.000Z" });
    expect(told()).toMatchObject({ unfinished: 0, missingDays: [] });
    await lake.remove(dayManifestKey("a", "2025-06-01"));
    await lake.remove(dayManifestKey("a", "2025-06-02"));
    // The second day ends at 22:00 UTC, and is waited for until 01:00.
    await steps.commit({ next: "2025-06-03T00" });
    expect(told()).toMatchObject({ unfinished: 1, missingDays: ["a/2025-06-01"] });
    await steps.commit({ next: "2025-06-03T01" });
    expect(told()).toMatchObject({ unfinished: 2, missingDays: ["a/2025-06-01", "a/2025-06-02"] });
  });

  test("of which nothing came, although the site sent all the day, is missing: a meter's clock is wrong", async () => {
    const lake = await lakes.open(reference);
    const steps = sourceSteps(lake);
    const line = (hour: string, ts: string) =>
      lake.putRaw(hour, "g3", [
        gen2Line("g3-a", "em1:0", { act_power: 5 }, Date.parse(ts), Date.parse(`${hour}:30:00Z`)),
      ]);
    await line("2025-06-02T10", "2025-05-28T10:30:00Z");
    await line("2025-06-02T11", "2025-05-28T11:30:00Z");
    await run(steps, { now: "2025-06-03T03:10:00.000Z" });
    expect(told()).toMatchObject({ unfinished: 1, missingDays: ["a/2025-06-02"] });
  });

  test("on which nothing was sent has a reason to have none", async () => {
    const lake = await lakes.open(reference);
    const steps = sourceSteps(lake);
    await send(lake, "a", "2025-06-01T10", "2025-06-03T10");
    await run(steps, { now: "2025-06-04T03:10:00.000Z" });
    expect(told()).toMatchObject({ unfinished: 0, missingDays: [] });
  });
});

test("a certificate waits for a hand from 60 days before its end on", async () => {
  const lake = await lakes.open(reference);
  const steps = sourceSteps(lake);
  const ending = { thing: "g3-a", ends: "2025-07-31T12:00:00.000Z" };
  await watch(lake, { certificates: [{ thing: "bridge", ends: "2049-12-31T23:59:59.000Z" }, ending] });
  await steps.commit({ next: "2025-06-01T11" });
  expect(told()).toMatchObject({ unfinished: 0, endingCertificates: [] });
  await steps.commit({ next: "2025-06-01T13" });
  expect(told()).toMatchObject({ unfinished: 1, endingCertificates: [ending] });
});
