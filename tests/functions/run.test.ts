/** A run over the lake: what it writes and when, what late, lost and broken input does, and what the edges hold. */
import { gunzipSync, gzipSync } from "node:zlib";
import { type Lake, referenceOf, run, sourceSteps, startLakes } from "./lake";
import { gen1Line, gen2Line } from "./messages";

let lakes: Awaited<ReturnType<typeof startLakes>>;
beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation();
  lakes = await startLakes();
});
afterAll(() => lakes.close());

const reference = referenceOf({ a: "Europe/Warsaw" }, { from: "2025-05-20", to: "2025-07-31" });
const now = "2025-06-10T12:00:00.000Z";
const ms = (text: string) => Date.parse(text);
const power = (at: string, watts: unknown) => gen1Line("em-a", 0, "power", watts, ms(at));
const total = (at: string, wh: number) => gen1Line("em-a", 0, "total", wh, ms(at));
const put = (lake: Lake, at: string, name: string, lines: string[]) => lake.putRaw(at.slice(0, 13), name, lines);
const readings = (lake: Lake, date: string) => lake.lines(`daily/site=a/date=${date}/readings.jsonl.gz`);
const edges = async (lake: Lake, date: string) =>
  (await lake.lines(`daily/site=a/date=${date}/edges.jsonl.gz`)).map((line) => JSON.parse(line));
const dayManifest = (lake: Lake, date: string) => lake.json(`manifests/days/site=a/date=${date}/compile.jsonl`);

test("a second run over the same input writes nothing", async () => {
  const lake = await lakes.open(reference);
  await put(lake, "2025-06-01T12:00:00Z", "one", [power("2025-06-01T12:00:00Z", 1), "garbage"]);
  const steps = sourceSteps(lake);
  await run(steps, { now });
  expect(lakes.written()).toContain("daily/site=a/date=2025-06-01/readings.jsonl.gz");
  await run(steps, { now });
  await run(steps, { now, from: "2025-06-01T00", to: "2025-06-03T00" });
  expect(lakes.written()).toEqual([]);
});

test("a late message reopens exactly the days that it touches, and the edges around them", async () => {
  const lake = await lakes.open(reference);
  const days = ["2025-06-01", "2025-06-02", "2025-06-03", "2025-06-04", "2025-06-05"];
  for (const date of days) await put(lake, `${date}T12:00:00Z`, "one", [power(`${date}T12:00:00Z`, 1)]);
  const steps = sourceSteps(lake);
  await run(steps, { now });
  lakes.written();

  // A Gen3 meter was offline: its message of the 3rd arrives on the 5th.
  const late = gen2Line("g3-a", "em1:0", { act_power: 7 }, ms("2025-06-03T10:00:00Z"), ms("2025-06-05T13:00:00Z"));
  await put(lake, "2025-06-05T13:00:00Z", "late", [late]);
  const { siteDays } = await run(steps, { now, from: "2025-06-05T13", to: "2025-06-05T14" });
  expect(siteDays).toEqual(["a/2025-06-03"]);
  const daily = lakes.written().filter((key) => key.startsWith("daily/"));
  expect(daily).toEqual(["daily/site=a/date=2025-06-03/readings.jsonl.gz"]);
  expect(await readings(lake, "2025-06-03")).toHaveLength(2);

  // The neighbour's edge holds the meter that now has a reading before it, once it has one of its own.
  await put(lake, "2025-06-04T13:00:00Z", "late", [
    gen2Line("g3-a", "em1:0", { act_power: 8 }, ms("2025-06-04T10:00:00Z"), ms("2025-06-04T13:00:00Z")),
  ]);
  await run(steps, { now, from: "2025-06-04T13", to: "2025-06-04T14" });
  expect(lakes.written().filter((key) => key.startsWith("daily/"))).toEqual([
    "daily/site=a/date=2025-06-04/readings.jsonl.gz",
    "daily/site=a/date=2025-06-03/edges.jsonl.gz",
    "daily/site=a/date=2025-06-04/edges.jsonl.gz",
  ]);
});

describe("the plan", () => {
  test("takes an hour once its delivery buffer must have been flushed", async () => {
    const lake = await lakes.open(reference);
    await put(lake, "2025-06-01T12:00:00Z", "one", [power("2025-06-01T12:00:00Z", 1)]);
    const { plan } = sourceSteps(lake);
    // 300 s of buffer and 120 s of delivery after the hour's end.
    expect((await plan({ now: "2025-06-01T13:06:59.999Z" })).hours).toEqual([]);
    expect((await plan({ now: "2025-06-01T13:07:00.000Z" })).hours).toEqual(["2025-06-01T12"]);
  });

  test("starts at the checkpoint and looks back three hours", async () => {
    const lake = await lakes.open(reference);
    for (const hour of ["08", "09", "10", "11", "12"]) {
      await put(lake, `2025-06-01T${hour}:00:00Z`, "one", [power(`2025-06-01T${hour}:00:00Z`, 1)]);
    }
    const steps = sourceSteps(lake);
    await steps.commit({ next: "2025-06-01T12" });
    const plan = await steps.plan({ now: "2025-06-01T13:30:00.000Z" });
    expect(plan.hours).toEqual(["2025-06-01T09", "2025-06-01T10", "2025-06-01T11", "2025-06-01T12"]);
    expect(plan.next).toBe("2025-06-01T13");
    await steps.commit({ next: "2025-06-01T05" });
    expect(await lake.json("manifests/checkpoint.json")).toEqual({ next: "2025-06-01T12" });
  });

  test("a long range comes in batches that lose no hour", async () => {
    const lake = await lakes.open(reference);
    const start = ms("2025-06-01T00:00:00Z");
    const hours = Array.from({ length: 150 }, (_, i) => new Date(start + i * 3_600_000).toISOString().slice(0, 13));
    for (const hour of hours) await lake.putRaw(hour, "one", [power(`${hour}:30:00Z`, 1)]);
    const collected = await run(sourceSteps(lake), { now, from: "2025-06-01T00", to: "2025-07-01T00" });
    expect(collected.hours).toEqual(hours);
    const scheduled = await run(sourceSteps(lake), { now });
    expect(new Set(scheduled.hours)).toEqual(new Set(hours));
  });

  test("archives a UTC day once it is over and has been looked at again", async () => {
    const lake = await lakes.open(reference);
    await put(lake, "2025-06-01T12:00:00Z", "one", [power("2025-06-01T12:00:00Z", 1)]);
    const { plan } = sourceSteps(lake);
    expect((await plan({ now: "2025-06-02T03:00:00.000Z" })).archiveDates).not.toContain("2025-06-01");
    expect((await plan({ now: "2025-06-02T03:30:00.000Z" })).archiveDates).toContain("2025-06-01");
  });
});

test("a stray year costs years of edges, and no step's result grows with them", async () => {
  const lake = await lakes.open(referenceOf({ a: "Europe/Warsaw" }, { from: "2024-01-01", to: "2025-12-31" }));
  for (const at of ["1970-01-01T00:05:00Z", "2024-01-02T12:00:00Z", "2025-06-01T12:00:00Z", "2099-06-03T12:00:00Z"])
    await put(lake, at, "one", [power(at, 1)]);
  const steps = sourceSteps(lake);
  const results: unknown[] = [];
  const kept =
    <T>(step: (event: unknown) => Promise<T>) =>
    async (event: unknown) => {
      const result = await step(event);
      results.push(result);
      return result;
    };
  const watched = { ...steps, plan: kept(steps.plan), link: kept(steps.link) };
  await run(watched, { now, from: "1970-01-01T00", to: "2100-01-01T00" });
  expect(results).toMatchObject([
    {
      hours: ["1970-01-01T00", "2024-01-02T12", "2025-06-01T12"],
      archiveDates: ["1970-01-01", "2024-01-02", "2025-06-01"],
    },
    // From 2 January 2024 to 1 June 2025.
    { written: 517 },
  ]);
  // Step Functions ends an execution whose state passes 256 KiB.
  for (const result of results) expect(JSON.stringify(result).length).toBeLessThan(500);
  expect(await lake.lines("quarantine/date=1970-01-01/hour=00.jsonl.gz")).toHaveLength(1);
});

describe("what is lost, expired or broken", () => {
  test("an hour whose raw objects have expired does not shrink", async () => {
    const lake = await lakes.open(reference);
    await put(lake, "2025-06-01T12:00:00Z", "one", [power("2025-06-01T12:00:00Z", 1)]);
    await put(lake, "2025-06-01T12:00:00Z", "two", [power("2025-06-01T12:00:30Z", 2)]);
    const steps = sourceSteps(lake);
    await run(steps, { now });
    await lake.remove("raw/date=2025-06-01/hour=12/one");
    await expect(steps.collect({ hour: "2025-06-01T12" })).rejects.toThrow(
      "raw/date=2025-06-01/hour=12/ has lost 1 of 2 objects since it was collected",
    );
    expect(await readings(lake, "2025-06-01")).toHaveLength(2);
  });

  test("a day whose staged files have expired keeps its readings when a late one comes", async () => {
    const lake = await lakes.open(reference);
    await put(lake, "2025-06-01T12:00:00Z", "one", [
      power("2025-06-01T12:00:00Z", 1),
      power("2025-06-01T12:00:30Z", 2),
    ]);
    const steps = sourceSteps(lake);
    await run(steps, { now });
    await lake.remove("staged/site=a/date=2025-06-01/2025-06-01T12.jsonl.gz");
    for (const [hour, watts] of [
      ["14", 3],
      ["15", 4],
    ] as const) {
      await put(lake, `2025-06-05T${hour}:00:00Z`, "late", [
        gen2Line(
          "g3-a",
          "em1:0",
          { act_power: watts },
          ms(`2025-06-01T${hour}:00:00Z`),
          ms(`2025-06-05T${hour}:00:00Z`),
        ),
      ]);
      await run(steps, { now, from: `2025-06-05T${hour}`, to: "2025-06-06T00" });
    }
    expect((await readings(lake, "2025-06-01")).map((line) => JSON.parse(line).power_w)).toEqual([1, 2, 3, 4]);
    expect(await dayManifest(lake, "2025-06-01")).toMatchObject({
      messages: 2,
      carried: 3,
      readings: 4,
      carries: true,
    });
  });

  test("a damaged gzip object is quarantined whole, what it still gave is kept, and the run goes on", async () => {
    const lake = await lakes.open(reference);
    const whole = gzipSync(`${power("2025-06-01T12:00:00Z", 1)}\n`);
    await lake.put("raw/date=2025-06-01/hour=12/broken.gz", whole.subarray(0, whole.length - 8));
    await put(lake, "2025-06-01T12:00:00Z", "sound", [power("2025-06-01T12:00:30Z", 2)]);
    await run(sourceSteps(lake), { now });
    const [entry] = (await lake.lines("quarantine/date=2025-06-01/hour=12.jsonl.gz")).map((line) => JSON.parse(line));
    expect(entry).toMatchObject({ reason: "corrupt_object", key: "raw/date=2025-06-01/hour=12/broken.gz" });
    expect(Buffer.from(entry.bytes, "base64")).toEqual(whole.subarray(0, whole.length - 8));
    expect((await readings(lake, "2025-06-01")).length).toBeGreaterThanOrEqual(1);
  });

  test("quarantine keeps the original line with its reason, and counts it for the meter's site and day", async () => {
    const lake = await lakes.open(reference);
    const bad = power("2025-06-01T22:30:00Z", "nonsense");
    await put(lake, "2025-06-01T22:30:00Z", "one", [bad, power("2025-06-01T22:30:30Z", 5)]);
    await run(sourceSteps(lake), { now });
    expect((await lake.lines("quarantine/date=2025-06-01/hour=22.jsonl.gz")).map((line) => JSON.parse(line))).toEqual([
      { reason: "not_a_number", device: "em-a", line: bad },
    ]);
    expect((await lake.json("manifests/hours/date=2025-06-01/2025-06-01T22.json")).quarantine).toEqual([
      { site: "a", date: "2025-06-02", device: "em-a", reason: "not_a_number", messages: 1 },
    ]);
  });

  test("a meter that is configured later gets its readings by a backfill; one that moves leaves none behind", async () => {
    const sites = referenceOf({ a: "Europe/Warsaw", b: "Europe/London" }, { from: "2025-05-20", to: "2025-07-31" });
    const lake = await lakes.open({ ...sites, meters: sites.meters.filter(({ device }) => device !== "em-a") });
    await put(lake, "2025-06-01T12:00:00Z", "one", [power("2025-06-01T12:00:00Z", 1)]);
    const range = { now, from: "2025-06-01T00", to: "2025-06-02T00" };
    await run(sourceSteps(lake), range);
    expect(await lake.lines("quarantine/date=2025-06-01/hour=12.jsonl.gz")).toHaveLength(1);

    await lake.setRegistry(sites.meters);
    await run(sourceSteps(lake), range);
    expect(await readings(lake, "2025-06-01")).toHaveLength(1);

    await lake.setRegistry(sites.meters.map((line) => (line.device === "em-a" ? { ...line, site: "b" } : line)));
    await run(sourceSteps(lake), range);
    expect(await readings(lake, "2025-06-01")).toHaveLength(0);
    expect(await lake.lines("daily/site=b/date=2025-06-01/readings.jsonl.gz")).toHaveLength(1);
  });

  test("an hour whose manifest still has its former name keeps it: no hour counts twice", async () => {
    const lake = await lakes.open(reference);
    const [hour, former] = ["2025-06-01T12", "manifests/hours/date=2025-06-01/hour=12.json"];
    await put(lake, "2025-06-01T12:00:00Z", "one", [power("2025-06-01T12:00:00Z", 1)]);
    const { collect } = sourceSteps(lake);
    await collect({ hour });
    const [current = ""] = await lake.keys("manifests/hours/");
    await lake.put(former, await lake.get(current));
    await lake.remove(current);
    lakes.written();
    expect(await collect({ hour })).toEqual({ hour, siteDays: ["a/2025-06-01"] });
    expect(lakes.written()).toEqual([]);

    await put(lake, "2025-06-01T12:10:00Z", "two", [power("2025-06-01T12:10:00Z", 2)]);
    await collect({ hour });
    expect(await lake.keys("manifests/hours/")).toEqual([former]);
    expect(await lake.json(former)).toMatchObject({ messages: 2, staged: 2 });
  });

  test("two writers of one day: the one that saw the older file fails and is tried again", async () => {
    const lake = await lakes.open(reference);
    await put(lake, "2025-06-01T12:00:00Z", "one", [power("2025-06-01T12:00:00Z", 1)]);
    const steps = sourceSteps(lake);
    await steps.collect({ hour: "2025-06-01T12" });
    const both = await Promise.allSettled([
      steps.compile({ siteDay: "a/2025-06-01" }),
      steps.compile({ siteDay: "a/2025-06-01" }),
    ]);
    const refused = both.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.name] : []));
    expect(refused).toEqual(refused.map(() => "PreconditionFailed"));
    expect(both.some(({ status }) => status === "fulfilled")).toBe(true);
  });
});

describe("edges", () => {
  test("hold the nearest readings of each side, in whichever day they lie, with the counters known by then", async () => {
    const lake = await lakes.open(reference);
    await put(lake, "2025-06-01T12:00:00Z", "one", [
      total("2025-06-01T12:00:00Z", 100),
      power("2025-06-01T12:00:30Z", 1),
      gen1Line("em-a", 0, "voltage", 230, ms("2025-06-01T12:01:00Z")),
    ]);
    await put(lake, "2025-06-04T12:00:00Z", "one", [
      gen1Line("em-a", 0, "voltage", 231, ms("2025-06-04T12:00:00Z")),
      power("2025-06-04T12:00:30Z", 2),
      total("2025-06-04T12:01:00Z", 180),
    ]);
    await run(sourceSteps(lake), { now });

    const before = [
      {
        ts: "2025-06-01T12:00:30.000Z",
        device: "em-a",
        channel: 0,
        power_w: 1,
        import_counter_wh: 100,
        edge: "before",
      },
      {
        ts: "2025-06-01T12:01:00.000Z",
        device: "em-a",
        channel: 0,
        voltage_v: 230,
        import_counter_wh: 100,
        edge: "before",
      },
    ];
    const after = [
      {
        ts: "2025-06-04T12:00:00.000Z",
        device: "em-a",
        channel: 0,
        voltage_v: 231,
        import_counter_wh: 100,
        edge: "after",
      },
      { ts: "2025-06-04T12:00:30.000Z", device: "em-a", channel: 0, power_w: 2, import_counter_wh: 100, edge: "after" },
    ];
    expect(await edges(lake, "2025-06-01")).toEqual(after);
    // A day inside the outage has only edges, both of them.
    expect(await edges(lake, "2025-06-02")).toEqual([...before, ...after]);
    expect(await edges(lake, "2025-06-03")).toEqual([...before, ...after]);
    expect(await edges(lake, "2025-06-04")).toEqual(before);
    expect(await lake.keys("daily/site=a/date=2025-05-31/")).toEqual([]);
    expect(await lake.keys("daily/site=a/date=2025-06-05/")).toEqual([]);
  });

  test("carry the word that power is not known any more", async () => {
    const lake = await lakes.open(reference);
    const status = (at: string, attributes: object) => gen2Line("g3-a", "em1:0", attributes, ms(at), ms(at));
    await put(lake, "2025-06-01T12:00:00Z", "one", [
      status("2025-06-01T12:00:00Z", { act_power: 7 }),
      status("2025-06-01T12:01:00Z", { act_power: null }),
      status("2025-06-01T12:02:00Z", { voltage: 230 }),
    ]);
    await put(lake, "2025-06-02T12:00:00Z", "one", [
      status("2025-06-02T12:00:00Z", { voltage: 231 }),
      status("2025-06-02T12:01:00Z", { act_power: null }),
    ]);
    await run(sourceSteps(lake), { now });
    const row = (ts: string, rest: object) => ({ ts: `2025-06-${ts}:00.000Z`, device: "g3-a", channel: 0, ...rest });
    expect(await edges(lake, "2025-06-02")).toEqual([
      row("01T12:01", { power_unknown: true, edge: "before" }),
      row("01T12:02", { voltage_v: 230, edge: "before" }),
    ]);
    expect(await edges(lake, "2025-06-01")).toEqual([
      row("02T12:00", { voltage_v: 231, edge: "after" }),
      row("02T12:01", { power_unknown: true, edge: "after" }),
    ]);
  });

  test("reach however far, past the days of other channels; a run opens only the days near those that it touches", async () => {
    const lake = await lakes.open(reference);
    const days = Array.from({ length: 40 }, (_, i) => new Date(ms("2025-05-22T12:00:00Z") + i * 86_400_000));
    const at = (day: number) => days[day]?.toISOString() ?? "";
    const other = (day: number) => gen1Line("em-a", 1, "power", day, ms(at(day)));
    for (const day of days.keys())
      await put(lake, at(day), "one", [other(day), ...(day === 0 ? [power(at(0), 1)] : [])]);
    const steps = sourceSteps(lake);
    await run(steps, { now: "2025-07-21T00:00:00.000Z" });

    const back = "2025-07-21T12:00:00.000Z";
    await put(lake, back, "one", [power(back, 2)]);
    await run(steps, { now: "2025-07-22T00:00:00.000Z" });
    const outage = [...days.slice(1).map((day) => day.toISOString().slice(0, 10))];
    for (const date of outage) {
      const own = (await edges(lake, date)).filter(({ channel }) => channel === 0);
      expect(own.map(({ ts, edge }) => [ts, edge])).toEqual([
        [at(0), "before"],
        [back, "after"],
      ]);
    }
    const next = "2025-07-22T12:00:00.000Z";
    await put(lake, next, "one", [power(next, 3)]);
    lakes.read();
    await run(steps, { now: "2025-07-23T00:00:00.000Z", from: "2025-07-22T12", to: "2025-07-22T13" });
    expect(lakes.read().filter((key) => key.startsWith("manifests/days/")).length).toBeLessThan(8);
  });

  test("do not depend on the index: without it, it is made again and nothing else is written", async () => {
    const lake = await lakes.open(reference);
    for (const day of ["01", "02", "20"]) {
      await put(lake, `2025-06-${day}T12:00:00Z`, "one", [power(`2025-06-${day}T12:00:00Z`, 1)]);
    }
    const steps = sourceSteps(lake);
    await run(steps, { now: "2025-06-25T00:00:00.000Z" });
    const index = "manifests/index/site=a.json.gz";
    const before = await lake.dump(index);
    await lake.remove(index);
    lakes.written();
    await steps.link({ siteDays: ["a/2025-06-02"] });
    expect(lakes.written()).toEqual([index]);
    expect(await lake.dump(index)).toEqual(before);
  });
});

test("a site's index of days is the same bytes, whether it learnt of them at once or one after the other", async () => {
  const days = ["2025-06-01", "2025-06-02"];
  const indexAfter = async (nows: readonly string[]) => {
    const lake = await lakes.open(reference);
    for (const day of days) await put(lake, `${day}T12:00:00Z`, "one", [power(`${day}T12:00:00Z`, 1)]);
    for (const now of nows) await run(sourceSteps(lake), { now });
    return lake.dump("manifests/index/");
  };
  const atOnce = await indexAfter(["2025-06-05T00:00:00.000Z"]);
  expect(Object.keys(atOnce)).toEqual(["manifests/index/site=a.json.gz"]);
  expect(await indexAfter(["2025-06-01T20:00:00.000Z", "2025-06-05T00:00:00.000Z"])).toEqual(atOnce);
});

test("the archive of a day is its raw messages, verbatim", async () => {
  const lake = await lakes.open(reference);
  await lake.putRaw("2025-06-01T00", "a.gz", ["one", '{"two": 2}']);
  await lake.putRaw("2025-06-01T05", "b.json", ["three"], "plain");
  await lake.put("raw/date=2025-06-01/hour=06/c.json", '{"no":"line end"}');
  await lake.putRaw("2025-06-01T23", "d.gz", ["five"]);
  const steps = sourceSteps(lake);
  expect(await steps.archive({ date: "2025-06-01" })).toEqual({ date: "2025-06-01", changed: true });
  const archived = gunzipSync(await lake.get("archive/date=2025-06-01.jsonl.gz")).toString();
  expect(archived).toBe('one\n{"two": 2}\nthree\n{"no":"line end"}\nfive\n');

  // Raw objects expire; the archive stays as it is.
  await lake.remove("raw/date=2025-06-01/hour=00/a.gz");
  expect(await steps.archive({ date: "2025-06-01" })).toEqual({ date: "2025-06-01", changed: false });
});
