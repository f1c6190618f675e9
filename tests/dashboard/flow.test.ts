/** The flow of power at one instant: what adds up, what does not, and what is not known. */
import { flowOf, type LiveChannel, totalOf } from "../../dashboard/page/flow";

const channel = (role: string, power_w: number | undefined, change: Partial<LiveChannel> = {}): LiveChannel => ({
  ...{ name: role, role, power_w, age_s: 5, max_gap_s: 120, netting: "sum" },
  ...change,
});
const segments = (all: ReturnType<typeof flowOf>["sources"]) =>
  all.map(({ name, circuit, power_w }) => [circuit ?? name, power_w]);

test("what comes in is what goes out: circuits, the rest of the home, the grid", () => {
  const flow = flowOf([channel("grid", -1000), channel("solar", 3000), channel("load", 1500, { name: "Car" })]);
  expect(segments(flow.sources)).toEqual([["solar", 3000]]);
  expect(segments(flow.uses)).toEqual([
    ["Car", 1500],
    ["rest", 500],
    ["export", 1000],
  ]);
  expect([flow.consumption_w, flow.grid_w, flow.solar_w]).toEqual([2000, -1000, 3000]);
});

test("a battery gives and takes", () => {
  const charging = flowOf([channel("grid", 100), channel("solar", 2000), channel("battery", -1200)]);
  expect(segments(charging.uses)).toEqual([
    ["rest", 900],
    ["charge", 1200],
  ]);
  const giving = flowOf([channel("grid", 0), channel("battery", 800)]);
  expect(segments(giving.sources)).toEqual([["discharge", 800]]);
  expect(giving.consumption_w).toBe(800);
});

test("phases are netted as the site is billed", () => {
  const phases = (netting: string) => [channel("grid", 900, { netting }), channel("grid", -400, { netting })];
  expect(segments(flowOf(phases("sum")).sources)).toEqual([["import", 500]]);
  expect(segments(flowOf(phases("per_channel")).uses)).toEqual([
    ["rest", 500],
    ["export", 400],
  ]);
});

test("what does not add up has a segment of its own, and consumption is not known", () => {
  const flow = flowOf([channel("grid", -1000), channel("solar", 200)]);
  expect(segments(flow.sources)).toEqual([
    ["solar", 200],
    ["unexplained", 800],
  ]);
  expect(flow.consumption_w).toBeUndefined();
  expect(totalOf(flow.sources)).toBe(totalOf(flow.uses));
});

test("circuits that take more than the home uses do not add up either; noise does", () => {
  const flow = flowOf([channel("grid", 500), channel("load", 900, { name: "Oven" })]);
  expect(segments(flow.sources)).toEqual([
    ["import", 500],
    ["unexplained", 400],
  ]);
  expect(totalOf(flow.sources)).toBe(totalOf(flow.uses));
  expect(flowOf([channel("grid", -1000), channel("solar", 985)]).consumption_w).toBe(0);
});

test("an old value, or none, is not known: a circuit is named, without the grid there is no flow", () => {
  const old = { age_s: 121 };
  const flow = flowOf([channel("grid", 500), channel("load", 300, { ...old, name: "Car" })]);
  expect(flow.unknown).toEqual(["Car"]);
  expect(segments(flow.uses)).toEqual([["rest", 500]]);
  const silent = flowOf([channel("grid", 500, old), channel("solar", 800)]);
  expect([silent.sources, silent.uses, silent.consumption_w, silent.grid_w]).toEqual([[], [], undefined, undefined]);
  expect(silent.solar_w).toBe(800);
  expect(flowOf([channel("grid", undefined, { age_s: undefined })]).unknown).toEqual(["grid"]);
  expect(flowOf([channel("grid", 500), channel("solar", undefined)]).solar_w).toBeUndefined();
});
