/** The link to a report has each view that docs/analysis.md makes a chart of, as BigQuery has it. */
import { reportViews } from "../../components/gcp/looker-studio";
import { readCatalog } from "../../sql/catalog";
import { synthesizeOther } from "./stacks";
import { type Synthesis, synthesize } from "./synth";

function sourcesOf({ outputs }: Synthesis) {
  const link = new URL(String(outputs.lookerStudio));
  const sources: Record<string, string>[] = [];
  for (const [key, value] of link.searchParams) {
    const [, number, name] = /^ds\.ds(\d+)\.(\w+)$/.exec(key) ?? [];
    if (number === undefined || name === undefined) continue;
    sources[Number(number)] = { ...sources[Number(number)], [name]: value };
  }
  return { link, sources };
}

test("opens a report to edit, over the dataset of the stack", async () => {
  const dev = await synthesize("dev");
  const { link, sources } = sourcesOf(dev);
  expect(`${link.origin}${link.pathname}`).toBe("https://lookerstudio.google.com/reporting/create");
  expect(Object.fromEntries(link.searchParams)).toMatchObject({ "c.mode": "edit", "r.reportName": "wattlake dev" });
  const [projectId, datasetId] = String(dev.outputs.dataset).split(".");
  expect(sources).toEqual(
    reportViews.map((name) => ({
      ...{ connector: "bigQuery", type: "TABLE", datasourceName: name },
      ...{ projectId, datasetId, tableId: name },
    })),
  );
  // Servers refuse longer ones.
  expect(link.href.length).toBeLessThan(8_000);
});

test("every source is a view of the program for analysts, not a table function", () => {
  const { views } = readCatalog();
  const plain = views.filter(
    ({ parameters, description }) => parameters.length === 0 && !/^Internal/.test(description),
  );
  expect(reportViews.filter((name) => !plain.some((view) => view.name === name))).toEqual([]);
  expect(new Set(reportViews).size).toBe(reportViews.length);
});

test("without the live path its view is no source", async () => {
  const names = sourcesOf(await synthesizeOther()).sources.map(({ tableId }) => tableId);
  expect(names).toEqual(reportViews.filter((name) => name !== "live_power"));
});
