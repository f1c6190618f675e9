/** The page of Cloud Monitoring: what each policy watches has a chart, made of the same filter, and no tile covers another. */
import { z } from "zod";
import { type Synthesis, synthesize } from "./synth";

const chart = z.object({
  dataSets: z.tuple([
    z
      .object({
        timeSeriesQuery: z.object({
          timeSeriesFilter: z.object({
            filter: z.string(),
            aggregation: z.object({ groupByFields: z.array(z.string()).optional() }).loose(),
          }),
        }),
      })
      .loose(),
  ]),
});
const tile = z.object({
  ...{ xPos: z.int(), yPos: z.int(), width: z.int().positive(), height: z.int().positive() },
  widget: z.union([
    z.object({ title: z.string(), xyChart: chart }),
    z.object({ title: z.string(), incidentList: z.object({ policyNames: z.array(z.string()) }) }),
  ]),
});
const page = z.object({
  displayName: z.string(),
  mosaicLayout: z.object({ columns: z.literal(12), tiles: z.array(tile) }),
});
const filtered = z.object({ filter: z.string() }).loose();
const policy = z.object({
  conditions: z.tuple([
    z.object({ conditionThreshold: filtered.optional(), conditionMatchedLog: filtered.optional() }).loose(),
  ]),
});

let all: Synthesis;
beforeAll(async () => {
  all = await synthesize("dev", { "wattlake:alerts": { email: "home@example.org" } });
});

const pageOf = (synthesis: Synthesis) =>
  page.parse(
    JSON.parse(
      z
        .string()
        .parse(synthesis.get("gcp:monitoring/dashboard:Dashboard", "google-dashboard-page").inputs.dashboardJson),
    ),
  );
const tilesOf = (synthesis: Synthesis) => pageOf(synthesis).mosaicLayout.tiles;
const filters = (synthesis: Synthesis) =>
  tilesOf(synthesis).flatMap(({ widget }) =>
    "xyChart" in widget ? [widget.xyChart.dataSets[0].timeSeriesQuery.timeSeriesFilter.filter] : [],
  );

test("each policy's resources have a chart of their metric, faults and all", () => {
  const policies = all.ofType("gcp:monitoring/alertPolicy:AlertPolicy");
  expect(policies.length).toBeGreaterThan(3);
  for (const { name, inputs } of policies) {
    const [{ conditionThreshold, conditionMatchedLog }] = policy.parse(inputs).conditions;
    const filter = (conditionThreshold ?? conditionMatchedLog)?.filter ?? "";
    const [watched = ""] = filter.split(/ AND metric\.labels\.| AND severity /);
    expect(watched).not.toBe("");
    expect([name, filters(all).some((each) => each.startsWith(watched))]).toEqual([name, true]);
  }
});

test("it shows copies, billed bytes, live inserts and checks", () => {
  const metrics = filters(all).map((filter) => /metric\.type = "[^"]*?([^/"]+)"/.exec(filter)?.[1]);
  expect(metrics).toEqual([
    "copied_objects_count",
    "error_count",
    "completed_runs",
    "completed_runs",
    "request_count",
    "scanned_bytes_billed",
  ]);
});

test("open incidents of all policies are listed first", () => {
  const names = all.ofType("gcp:monitoring/alertPolicy:AlertPolicy").map(({ name }) => name);
  const [first] = tilesOf(all);
  if (!first || !("incidentList" in first.widget)) throw new Error("the first tile is no list");
  const listed = first.widget.incidentList.policyNames.map((policyName) => policyName.split("/").at(-1));
  expect(listed.sort()).toEqual(names.sort());
});

test("tiles lie within the page, and none on another", () => {
  const places = new Set<string>();
  for (const { xPos, yPos, width, height } of tilesOf(all)) {
    expect(xPos + width).toBeLessThanOrEqual(12);
    for (let x = xPos; x < xPos + width; x++)
      for (let y = yPos; y < yPos + height; y++) {
        expect(places.has(`${x} ${y}`)).toBe(false);
        places.add(`${x} ${y}`);
      }
  }
});
