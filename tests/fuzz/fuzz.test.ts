/** Some thousands of fuzzed inputs; 100,000 by `npm run bench -- fuzz`. */
import { createGraph } from "../../local/program/graph";
import { referenceOf, sourceSteps, startLakes } from "../functions/lake";
import { registerDemo } from "../local/clouds";
import { fuzzConfigurations, fuzzEvents, fuzzMessages, fuzzObjects } from "./fuzz";

let lakes: Awaited<ReturnType<typeof startLakes>>;
beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation();
  lakes = await startLakes();
});
afterAll(() => lakes.close());
const reference = referenceOf({ home: "Europe/Warsaw" }, { from: "2025-05-01", to: "2025-07-31" });
const seed = 19;

test("messages: each becomes a line, each line is in the account, and no reading is beyond what a meter measures", async () => {
  const lake = await lakes.open(reference);
  const graph = createGraph(await registerDemo());
  expect(await fuzzMessages(graph, sourceSteps(lake), lake, 2_000, seed)).toEqual([]);
});

test("raw objects, also damaged ones", async () => {
  const lake = await lakes.open(reference);
  expect(await fuzzObjects(sourceSteps(lake), lake, 2_000, seed)).toEqual([]);
});

test("events: carried out, or refused by their schema before anything is written", async () => {
  const lake = await lakes.open(reference);
  expect(await fuzzEvents(sourceSteps(lake), lakes.written, 600, seed)).toEqual([]);
});

test("configurations: accepted, or refused in sentences", () => {
  expect(fuzzConfigurations(300, seed)).toEqual([]);
});
