/** Who is alerted hears of Google's side: each policy's filter, when it is raised, and that no stack watches what it has not. */
import { z } from "zod";
import { insertAll } from "../../components/monitoring/google-policies";
import { checksScript, readChecks } from "../../sql/checks";
import { type Synthesis, synthesize } from "./synth";

const email = "home@example.org";
const policyType = "gcp:monitoring/alertPolicy:AlertPolicy";
let all: Synthesis;
let least: Synthesis;

beforeAll(async () => {
  all = await synthesize("dev", { "wattlake:alerts": { email } });
  least = await synthesize("dev", {
    "wattlake:alerts": { email },
    "wattlake:warehouse": { materialize: false, mirror: "hourly" },
    "wattlake:ingest": { live: false },
  });
});

const policy = z.object({
  displayName: z.string(),
  conditions: z.tuple([z.object({ conditionThreshold: z.object({ filter: z.string() }).loose().optional() }).loose()]),
  documentation: z.object({ content: z.string() }).loose(),
  notificationChannels: z.array(z.string()),
});
const policyOf = (synthesis: Synthesis, suffix: string) =>
  policy.parse(synthesis.get(policyType, `google-alarms-${suffix}`).inputs);
const condition = (suffix: string) => policyOf(all, suffix).conditions[0].conditionThreshold;

const atOnce = {
  aggregations: [{ alignmentPeriod: "3600s", perSeriesAligner: "ALIGN_SUM", crossSeriesReducer: "REDUCE_SUM" }],
  comparison: "COMPARISON_GT",
  thresholdValue: 0,
  duration: "0s",
};

test("every run of the refresh that does not succeed is told", () => {
  expect(condition("refresh")).toEqual({
    filter:
      'resource.type = "bigquery_dts_config" AND resource.labels.config_id = "refresh-query" AND ' +
      'metric.type = "bigquerydatatransfer.googleapis.com/transfer_config/completed_runs" AND ' +
      'metric.labels.completion_state != "SUCCEEDED"',
    ...atOnce,
  });
});

test("every error of either transfer job is told, and its log names the object", () => {
  expect(condition("transfer")).toEqual({
    filter:
      'resource.type = "storage_transfer_job" AND resource.labels.job_id = ' +
      'one_of("transferJobs/mirror-job", "mirror-job", "transferJobs/mirror-comparison", "mirror-comparison") AND ' +
      'metric.type = "storagetransfer.googleapis.com/transferjob/error_count"',
    ...atOnce,
  });
  for (const { inputs } of all.ofType("gcp:storage/transferJob:TransferJob"))
    expect(inputs.loggingConfig).toEqual({ logActions: ["FIND", "COPY"], logActionStates: ["FAILED"] });
});

test("a check that fails is told in its own words, once a run", () => {
  const { conditions, documentation } = policyOf(all, "checks");
  expect(conditions).toEqual([
    {
      displayName: "the data breaks a rule",
      conditionMatchedLog: {
        filter:
          'resource.type = "bigquery_dts_config" AND resource.labels.config_id = "checks-query" AND severity >= ERROR',
        labelExtractors: { sentence: "EXTRACT(jsonPayload.message)" },
      },
    },
  ]);
  expect(documentation.content).toMatch(/:\n\n\$\{log\.extracted_label\.sentence\}\n\n/);
  expect(all.get(policyType, "google-alarms-checks").inputs.alertStrategy).toEqual({
    autoClose: "1800s",
    notificationRateLimit: { period: "3600s" },
  });
});

test("the checks run every night, after the refresh, as an account that reads dataset and mirror and writes nothing", () => {
  const { params, ...inputs } = all.get("gcp:bigquery/dataTransferConfig:DataTransferConfig", "checks-query").inputs;
  expect(inputs).toEqual({
    displayName: "wattlake dev: check the data",
    dataSourceId: "scheduled_query",
    location: "europe-west3",
    schedule: "every day 05:20",
    serviceAccountName: expect.stringMatching(/^data-checks-[0-9a-f]{8}@/),
  });
  expect(params).toEqual({ query: checksScript(readChecks(), "wattlake-demo.wattlake") });
  const member = expect.stringMatching(/^serviceAccount:data-checks-[0-9a-f]{8}@/);
  const project = "wattlake-demo";
  const grants = all.resources.filter(({ type, parent }) => /iamMember/i.test(type) && parent === "checks");
  expect(Object.fromEntries(grants.map(({ name, inputs: grant }) => [name, grant]))).toEqual({
    "checks-run": { project, role: "roles/bigquery.jobUser", member },
    "checks-read": { project, datasetId: "wattlake", role: "roles/bigquery.dataViewer", member },
    "checks-read-mirror": { bucket: "mirror-bucket", role: "roles/storage.objectViewer", member },
    "checks-act-as": expect.objectContaining({ role: "roles/iam.serviceAccountTokenCreator" }),
  });
});

test("live readings that are refused throughout a quarter of an hour are told", () => {
  expect(condition("live-inserts")).toMatchObject({
    aggregations: [{ alignmentPeriod: "300s" }],
    filter:
      `resource.type = "consumed_api" AND resource.labels.method = "${insertAll}" AND ` +
      'metric.type = "serviceruntime.googleapis.com/api/request_count" AND metric.labels.response_code_class != "2xx"',
    duration: "900s",
    evaluationMissingData: "EVALUATION_MISSING_DATA_INACTIVE",
  });
});

test("all of them tell the address, say what is wrong, and are closed before the next run", () => {
  expect(all.get("gcp:monitoring/notificationChannel:NotificationChannel", "google-alarms-email").inputs).toMatchObject(
    {
      type: "email",
      labels: { email_address: email },
    },
  );
  const policies = all.ofType(policyType);
  expect(policies.length).toBeGreaterThan(2);
  for (const { inputs } of policies) {
    const { displayName, documentation, notificationChannels } = policy.parse(inputs);
    expect(notificationChannels).toEqual([expect.stringMatching(/\/notificationChannels\/google-alarms-email$/)]);
    expect(displayName).toMatch(/^wattlake dev: /);
    expect(documentation.content).toMatch(/^[A-Z].+[.}]\n\nWhat to do: docs\/operations\.md#google-alarms-[a-z-]+$/s);
    expect(inputs.alertStrategy).toMatchObject({ autoClose: "1800s" });
  }
});

test("a stack without a path has no policy for it", () => {
  const names = least.ofType(policyType).map(({ name }) => name);
  expect(names.sort()).toEqual(["google-alarms-checks", "google-alarms-transfer"]);
  expect(policyOf(least, "transfer").conditions[0].conditionThreshold?.filter).toContain(
    'one_of("transferJobs/mirror-job", "mirror-job") AND',
  );
});
