/** How the dashboard asks: nothing twice, nothing for nobody; live power while somebody listens, once for all. */
import { makeAsking } from "../../dashboard/server/asking";
import { createLive, type LiveEvent } from "../../dashboard/server/live";
import type { Answer } from "../../tools/query/answer";

const nobody = () => new AbortController().signal;

function makeSource() {
  const waiting: {
    readonly sql: string;
    readonly answer: (rows: Answer["rows"]) => void;
    readonly fail: () => void;
  }[] = [];
  const ask = (sql: string) =>
    new Promise<Answer>((resolve, reject) => {
      waiting.push({
        sql,
        answer: (rows) => resolve({ columns: [], rows }),
        fail: () => reject(new Error("no such view")),
      });
    });
  return { ask, waiting, asked: () => waiting.map(({ sql }) => sql) };
}

/** Lets all promises that can go on go on. */
const settle = async () => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

describe("questions of the screens", () => {
  test("one that was just answered is not asked again, until its answer is a minute old", async () => {
    const source = makeSource();
    let now = 0;
    const asking = makeAsking(source, () => now);
    const both = [asking("a", {}, nobody()), asking("a", {}, nobody())];
    source.waiting[0]?.answer([{ x: 1 }]);
    expect((await Promise.all(both)).map(({ rows }) => rows)).toEqual([[{ x: 1 }], [{ x: 1 }]]);
    now = 59_999;
    await asking("a", {}, nobody());
    expect(source.asked()).toEqual(["a"]);
    now = 60_000;
    void asking("a", {}, nobody());
    expect(source.asked()).toEqual(["a", "a"]);
    void asking("a", { site: { type: "STRING", value: "home" } }, nobody());
    expect(source.asked()).toEqual(["a", "a", "a"]);
  });

  test("one that took long is kept for longer", async () => {
    const source = makeSource();
    let now = 0;
    const asking = makeAsking(source, () => now);
    const first = asking("bill", {}, nobody());
    now = 10_000;
    source.waiting[0]?.answer([]);
    await first;
    now = 309_999;
    await asking("bill", {}, nobody());
    expect(source.asked()).toHaveLength(1);
    now = 310_000;
    void asking("bill", {}, nobody());
    expect(source.asked()).toHaveLength(2);
  });

  test("one that failed is asked again", async () => {
    const source = makeSource();
    const asking = makeAsking(source, () => 0);
    const first = asking("a", {}, nobody());
    source.waiting[0]?.fail();
    await expect(first).rejects.toThrow("no such view");
    void asking("a", {}, nobody());
    expect(source.asked()).toEqual(["a", "a"]);
  });

  test("one that nobody waits for any more is not asked; one that another waits for is", async () => {
    const source = makeSource();
    const asking = makeAsking(source, () => 0);
    for (const sql of ["a", "b"]) void asking(sql, {}, nobody());
    const gone = new AbortController();
    const dropped = asking("c", {}, gone.signal);
    const shared = asking("d", {}, gone.signal);
    void asking("d", {}, nobody());
    expect(source.asked()).toEqual(["a", "b"]);
    gone.abort();
    source.waiting[0]?.answer([]);
    await expect(dropped).rejects.toThrow("Nobody waits");
    expect(source.asked()).toEqual(["a", "b", "d"]);
    source.waiting[2]?.answer([{ x: 4 }]);
    expect((await shared).rows).toEqual([{ x: 4 }]);
  });
});

describe("live power", () => {
  beforeEach(() => jest.useFakeTimers({ now: 0 }));
  afterEach(() => jest.useRealTimers());
  const channel = (power_w: number, site = "home") => ({
    ...{ site, device: "em", channel: 0, channel_name: "Grid", role: "grid", ts: "2026-10-26T16:00:00Z", power_w },
    ...{ age_s: 1, max_gap_s: 60, netting: "sum" },
  });
  function listen(live: ReturnType<typeof createLive>, site = "home") {
    const events: LiveEvent[] = [];
    const end = live.listen(site, (event) => events.push(event));
    const powers = () =>
      events.map((each) => (each.event === "power" ? each.channels.map(({ power_w }) => power_w) : each.message));
    return { end, powers };
  }
  const open = () => {
    const source = makeSource();
    const live = createLive({ source: { ...source, about: "", close: () => undefined }, now: Date.now, pauseMs: 1000 });
    return { source, live };
  };

  test("is asked for while somebody listens, once for all, and told where it has changed", async () => {
    const { source, live } = open();
    jest.advanceTimersByTime(10_000);
    expect(source.asked()).toHaveLength(0);
    const [one, two, other] = [listen(live), listen(live), listen(live, "sydney")];
    expect(source.asked()).toHaveLength(1);
    source.waiting[0]?.answer([channel(100), channel(7, "sydney")]);
    await settle();
    expect([one.powers(), two.powers(), other.powers()]).toEqual([[[100]], [[100]], [[7]]]);
    jest.advanceTimersByTime(1000);
    source.waiting[1]?.answer([channel(200), channel(7, "sydney")]);
    await settle();
    expect([one.powers(), other.powers()]).toEqual([[[100], [200]], [[7]]]);
    for (const { end } of [one, two, other]) end();
    jest.advanceTimersByTime(60_000);
    expect(source.asked()).toHaveLength(2);
  });

  test("without a change it is told again after a while, so that a listener knows that we are there", async () => {
    const { source, live } = open();
    const one = listen(live);
    for (let second = 0; second <= 15; second++) {
      source.waiting[second]?.answer([channel(100)]);
      await settle();
      jest.advanceTimersByTime(1000);
    }
    expect(one.powers()).toEqual([[100], [100]]);
    live.close();
  });

  test("trouble is told, and it goes on", async () => {
    const { source, live } = open();
    const one = listen(live);
    source.waiting[0]?.fail();
    await settle();
    jest.advanceTimersByTime(1000);
    source.waiting[1]?.answer([channel(5)]);
    await settle();
    expect(one.powers()).toEqual(["no such view", [5]]);
    live.close();
    jest.advanceTimersByTime(60_000);
    expect(source.asked()).toHaveLength(2);
  });
});
