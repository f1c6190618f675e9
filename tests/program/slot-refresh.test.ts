/** Stored energy slots in the program: the table, the scheduled query and what its account may do; one flag takes all of it away. */
import { z } from "zod";
import { readCatalog } from "../../sql/catalog";
import { type Synthesis, synthesize } from "./synth";

let on: Synthesis;
let off: Synthesis;
let prod: Synthesis;

beforeAll(async () => {
  const alerts = { "wattlake:alerts": { email: "home@example.org" } };
  on = await synthesize("dev", { ...alerts, "wattlake:warehouse": { materialize: true, dataset: "energy" } });
  off = await synthesize("dev", { ...alerts, "wattlake:warehouse": { materialize: false, dataset: "energy" } });
  prod = await synthesize("prod");
});

const view = z.object({ view: z.object({ query: z.string(), useLegacySql: z.literal(false) }) });
const queryOf = (synthesis: Synthesis, name: string) =>
  view.parse(synthesis.get("gcp:bigquery/table:Table", `warehouse-${name}`).inputs).view.query;
const member = expect.stringMatching(/^serviceAccount:slot-refresh-[0-9a-f]{8}@/);

test("the stack's output says what fills the tables, and what is missing until then", () => {
  expect(on.outputs.storedTables).toMatch(
    /transferConfigs\/.* fills them every night; .* lack the days before the last week/,
  );
  expect(off.outputs.storedTables).toBe("");
});

/** The stored views, and what their rows lie together by. */
const stored: readonly (readonly [string, readonly string[]])[] = [
  ["slot_estimates", ["site", "device"]],
  ["netted_export", ["site"]],
];

describe.each(stored)("the table of %s", (name, clusterings) => {
  test("has the columns of the view, a partition a day that is kept, and lies together by site", () => {
    const { inputs } = on.get("gcp:bigquery/table:Table", `warehouse-${name}_stored`);
    const { schema, ...rest } = inputs;
    expect(JSON.parse(z.string().parse(schema))).toEqual(
      readCatalog().views.find((each) => each.name === name)?.columns,
    );
    expect(rest).toEqual({
      datasetId: "energy",
      tableId: `${name}_stored`,
      description: expect.any(String),
      deletionProtection: false,
      timePartitioning: { type: "DAY", field: "date" },
      clusterings,
    });
  });

  test("is guarded nowhere: the record brings it again", () => {
    const { protect, retainOnDelete, inputs } = prod.get("gcp:bigquery/table:Table", `warehouse-${name}_stored`);
    expect([protect, retainOnDelete, inputs.deletionProtection]).toEqual([false, false, false]);
  });
});

describe("the views", () => {
  test.each(stored)("%s takes the last days from what computes them, and earlier ones from its table", (name) => {
    expect(queryOf(on, `${name}_computed`)).toBe(queryOf(off, name));
    for (const part of ["computed", "recent"])
      expect(on.get("gcp:bigquery/table:Table", `warehouse-${name}_${part}`).inputs.description).toMatch(
        /^Internal step: /,
      );
    expect(queryOf(on, `${name}_recent`)).toMatch(/ WHERE date >= DATE_SUB\(CURRENT_DATE\(\), INTERVAL 7 DAY\)$/);
  });

  test("what is stored is read before the boundary, and what is computed from it on", () => {
    const [before, after] = queryOf(on, "slot_estimates").split("\nUNION ALL\n");
    expect(before).toMatch(
      /FROM `wattlake-demo\.energy\.slot_estimates_stored` WHERE date < DATE_SUB\(CURRENT_DATE\(\), INTERVAL 7 DAY\)$/,
    );
    expect(after).toMatch(/FROM `wattlake-demo\.energy\.slot_estimates_recent`$/);
  });

  test("no other view changes, but for what stands inside its text", () => {
    const views = ({ resources }: Synthesis) =>
      new Map(
        resources
          .filter(({ name }) => !/^warehouse-(slot_estimates|netted_export|site_slots)/.test(name))
          .flatMap(({ name, inputs }) => {
            const query = view.safeParse(inputs).data?.view.query ?? inputs.definitionBody;
            return query === undefined ? [] : [[name, query] as const];
          }),
      );
    expect(views(off).size).toBeGreaterThan(15);
    expect(views(on)).toEqual(views(off));
    expect(queryOf(on, "site_slots")).toContain("`wattlake-demo.energy.netted_export_stored`");
  });
});

describe("the scheduled query", () => {
  test("runs the script every day off the hour, as its own account, without a destination", () => {
    const { params, ...inputs } = on.get("gcp:bigquery/dataTransferConfig:DataTransferConfig", "refresh-query").inputs;
    expect(inputs).toEqual({
      displayName: "wattlake dev: store energy slots",
      dataSourceId: "scheduled_query",
      location: "europe-west3",
      schedule: expect.stringMatching(/^every day \d\d:(?!00)\d\d$/),
      serviceAccountName: expect.stringMatching(/^slot-refresh-[0-9a-f]{8}@/),
    });
    const { query } = z.strictObject({ query: z.string() }).parse(params);
    expect(query).toMatch(/^DECLARE first_date DATE DEFAULT [^;]*;\nMERGE [^;]*;\nMERGE [^;]*;$/);
    const relations = [...query.matchAll(/`([^`]+\.[^`]+)`/g)].map(([, name]) => name);
    expect(new Set(relations)).toEqual(
      new Set(stored.flatMap(([name]) => ["stored", "computed"].map((part) => `wattlake-demo.energy.${name}_${part}`))),
    );
  });

  test("its account runs jobs, reads the dataset and the mirror, and writes these tables", () => {
    const grants = on.resources
      .filter(({ type, parent }) => /iamMember/i.test(type) && parent === "refresh")
      .map(({ inputs }) => inputs);
    expect(grants).toHaveLength(6);
    const project = "wattlake-demo";
    expect(grants).toEqual(
      expect.arrayContaining([
        { project, role: "roles/bigquery.jobUser", member },
        { project, datasetId: "energy", role: "roles/bigquery.dataViewer", member },
        ...stored.map(([name]) => ({
          ...{ project, datasetId: "energy", tableId: `${name}_stored` },
          ...{ role: "roles/bigquery.dataEditor", member },
        })),
        { bucket: "mirror-bucket", role: "roles/storage.objectViewer", member },
        {
          serviceAccountId: expect.stringMatching(/\/serviceAccounts\/slot-refresh-[0-9a-f]{8}@/),
          role: "roles/iam.serviceAccountTokenCreator",
          member: "serviceAccount:service-1@gcp-sa-bigquerydatatransfer.iam.gserviceaccount.com",
        },
      ]),
    );
  });

  test("every stack has an account of its own, whose name is short enough", () => {
    const accountId = (synthesis: Synthesis) =>
      z.string().parse(synthesis.get("gcp:serviceaccount/account:Account", "refresh-account").inputs.accountId);
    expect(accountId(on)).toMatch(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
    expect(accountId(on)).not.toBe(accountId(prod));
    expect(on.resources.filter(({ type }) => type.startsWith("gcp:serviceaccount/key"))).toEqual([]);
  });
});

test("switched off, nothing of it is left: no resource, right, API or word in a view", () => {
  // The checks are a scheduled query too, and the dashboard shows its runs.
  const runs = "bigquerydatatransfer.googleapis.com/transfer_config";
  const traces = off.resources.filter(
    (resource) =>
      resource.parent !== "checks" &&
      /refresh|_stored|_computed|bigquerydatatransfer|CURRENT_DATE/i.test(
        JSON.stringify(resource).replaceAll(runs, ""),
      ),
  );
  expect(traces.map(({ name }) => name)).toEqual([]);
  const names = ({ resources }: Synthesis) => resources.map(({ type, name }) => `${type} ${name}`);
  const gone = names(on).filter((name) => !names(off).includes(name));
  expect(gone.map((name) => name.split(" ")[1]).sort()).toEqual(
    [
      ...stored.flatMap(([name]) => ["stored", "computed", "recent"].map((part) => `warehouse-${name}_${part}`)),
      ...stored.map(([name]) => `refresh-write-${name}_stored`),
      ...["refresh", "refresh-account", "refresh-agent", "refresh-act-as", "refresh-query"],
      ...["refresh-run", "refresh-read", "refresh-read-mirror"],
      ...["refresh-bigquerydatatransfer-api", "refresh-cloudresourcemanager-api", "refresh-iam-api"],
      "google-alarms-refresh",
    ].sort(),
  );
  expect(names(off).filter((name) => !names(on).includes(name))).toEqual([]);
});
