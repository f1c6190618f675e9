/** A batch of site-days with one that cannot be done: the others are done, and the error names the one. */
import { sumOfBatch } from "../../functions/lake/batch";
import { dayManifestKey, edgesKey, readingsKey, stagedKey } from "../../functions/lake/keys";
import { referenceOf, sourceSteps, startLakes } from "./lake";
import { gen1Line } from "./messages";

let lakes: Awaited<ReturnType<typeof startLakes>>;
beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation();
  lakes = await startLakes();
});
afterAll(() => lakes.close());

const sites = ["a", "b", "c"];
const reference = referenceOf(Object.fromEntries(sites.map((site) => [site, "UTC"])), {
  from: "2025-06-01",
  to: "2025-06-02",
});
const [date, nextDate] = ["2025-06-01", "2025-06-02"];
const [hour, nextHour] = [`${date}T12`, `${nextDate}T12`];
const hours = [hour, nextHour];
const siteDays = sites.map((site) => `${site}/${date}`);
const nextDays = sites.map((site) => `${site}/${nextDate}`);

async function collected() {
  const lake = await lakes.open(reference);
  const steps = sourceSteps(lake);
  for (const each of hours) {
    const lines = sites.map((site) => gen1Line(`em-${site}`, 0, "power", 7, Date.parse(`${each}:30:00Z`)));
    await lake.putRaw(each, "a.gz", lines);
    await steps.collect({ hour: each });
  }
  return { lake, steps };
}

test("a staged file that cannot be read costs its own day alone", async () => {
  const { lake, steps } = await collected();
  await lake.put(stagedKey("a", date, hour), Buffer.from([0x1f, 0x8b, 1, 2, 3]));
  await lake.put(stagedKey("c", date, hour), "no gzip");
  const compiling = steps.compile({ siteDays });
  await expect(compiling).rejects.toThrow(/^a\/2025-06-01: .*; c\/2025-06-01: /);
  expect(await lake.keys("daily/")).toEqual([readingsKey("b", date)]);
  // A day alone fails with the error itself.
  await expect(steps.compile({ siteDays: [`a/${date}`] })).rejects.toThrow(/^(?!a\/2025)/);
});

test("a day manifest that cannot be read costs its own site's edges alone", async () => {
  const { lake, steps } = await collected();
  await steps.compile({ siteDays: [...siteDays, ...nextDays] });
  await lake.put(dayManifestKey("a", date), "{");
  await expect(steps.link({ siteDays: [...siteDays, ...nextDays] })).rejects.toThrow(
    /^a\/2025-06-01, 2025-06-02: .*manifests\/days\/site=a\/date=2025-06-01\/compile\.jsonl is damaged/,
  );
  expect((await lake.keys("daily/")).filter((key) => key.includes("edges"))).toEqual(
    ["b", "c"].flatMap((site) => [date, nextDate].map((each) => edgesKey(site, each))),
  );
});

test("the first failure gives the batch's its name, by which a run tries again", async () => {
  const failing = async (name: string) => {
    if (name === "b") throw Object.assign(new Error("busy"), { name: "SlowDown" });
    return name === "c" ? Promise.reject(new Error("bad")) : 1;
  };
  const error = await sumOfBatch(["a", "b", "c"], (name) => name, failing).catch((each) => each);
  expect([error.name, error.message]).toEqual(["SlowDown", "b: busy; c: bad"]);
  expect(await sumOfBatch(["a", "d"], (name) => name, failing)).toBe(2);
});
