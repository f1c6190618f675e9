/** What `commit-run` says of sites that sent nothing: an hour's silence of a site that normally sends, and no other. */
import { type Lake, referenceOf, run, sourceSteps, startLakes } from "./lake";
import { gen1Line } from "./messages";

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
  expect(told()).toMatchObject({ next: "2025-06-01T11", silentSites: 0, silent: [] });
  await run(steps, { now: "2025-06-01T12:10:00.000Z" });
  expect(told()).toMatchObject({ silentSites: 1, silent: [{ site: "b", hours: ["2025-06-01T11"] }] });
  // Nothing at all arrives any more: no raw folder tells, the sites are told all the same.
  await run(steps, { now: "2025-06-01T14:10:00.000Z" });
  const hours = ["2025-06-01T12", "2025-06-01T13"];
  expect(told()).toMatchObject({
    silentSites: 2,
    silent: [
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
  expect(told()).toMatchObject({ silent: [{ site: "a", hours: ["2025-06-01T17"] }] });
});

test("a site that has not sent for seven days normally does not", async () => {
  const lake = await lakes.open(reference);
  const steps = sourceSteps(lake);
  await send(lake, "a", "2025-06-01T10");
  await run(steps, { now: "2025-06-01T11:10:00.000Z" });
  await steps.commit({ next: "2025-06-08T10" });
  await steps.commit({ next: "2025-06-08T11" });
  expect(told()).toMatchObject({ silent: [{ site: "a", hours: ["2025-06-08T10"] }] });
  await steps.commit({ next: "2025-06-08T12" });
  expect(told()).toMatchObject({ silentSites: 0 });
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
  expect(told()).toMatchObject({ silentSites: 1, silent: [{ site: "b", hours }] });
});
