/** How often power is asked for, that ages grow meanwhile, and that a failure is told once. */
import { createClock } from "../../local/clock";
import { watchPower } from "../../local/session/watch-power";

const start = Date.parse("2026-06-02T12:00:00Z");
const row = (power_w: number) => ({
  ...{ site: "home", channel_name: "Grid", role: "grid", power_w, max_gap_s: 120 },
  ts: "2026-06-02T12:00:00.000Z",
});

function watch(query: (asked: number) => Promise<ReturnType<typeof row>[]>) {
  const clock = createClock(start);
  const shown: string[] = [];
  const failures: unknown[] = [];
  let asked = 0;
  const end = watchPower({
    clock,
    warehouse: {
      query: () => {
        asked += 1;
        return query(asked);
      },
    },
    block: {
      show: (draw) => void shown.push(draw({ columns: 80, rows: 24 })[2]?.text.trim() ?? ""),
      clear: () => void shown.push("cleared"),
    },
    fail: (error) => void failures.push(error),
  });
  return { clock, shown, failures, end, asked: () => asked };
}

test("asks every second, and shows what it is told", async () => {
  const { clock, shown, end } = watch(async (asked) => [row(asked * 100)]);
  await clock.advanceTo(start + 2000);
  end();
  await clock.advanceTo(start + 9000);
  expect(shown).toEqual([
    "Grid  grid  100 W  import  0 s ago",
    "Grid  grid  200 W  import  1 s ago",
    "Grid  grid  300 W  import  2 s ago",
    "cleared",
  ]);
});

test("slow answers are asked for less often; ages grow every second", async () => {
  const watched = watch(async () => {
    await watched.clock.advanceTo(watched.clock.now() + 500);
    return [row(7)];
  });
  await watched.clock.advanceTo(start + 5000);
  expect(watched.asked()).toBe(2);
  expect(watched.shown.at(-1)).toContain("5 s ago");
});

test("a failure is told once, and again after it was mended; what was known ages", async () => {
  const { clock, shown, failures } = watch(async (asked) => {
    if (asked === 2 || asked === 3 || asked === 5) throw new Error(`refused ${asked}`);
    return [row(5)];
  });
  await clock.advanceTo(start + 4000);
  expect(failures).toEqual([new Error("refused 2"), new Error("refused 5")]);
  expect(shown.at(-1)).toBe("Grid  grid  5 W  import  4 s ago");
});

test("an answer that comes after the end shows nothing, and its failure is no news", async () => {
  let refuse: (error: Error) => void = () => undefined;
  const { clock, shown, failures, end } = watch(
    () =>
      new Promise((_, reject) => {
        refuse = reject;
      }),
  );
  const moved = clock.advanceTo(start);
  end();
  refuse(new Error("closed"));
  await moved;
  expect([shown, failures]).toEqual([["cleared"], []]);
});
