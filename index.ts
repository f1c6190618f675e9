/** wattlake: Shelly energy meters to trustworthy kWh and money. The one description of the system, for both clouds and for the laptop. */
import { resolve } from "node:path";
import * as aws from "@pulumi/aws";
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { Audit } from "./components/aws/audit";
import { Budget as AwsBudget } from "./components/aws/budget";
import { DailyAggregation } from "./components/aws/daily-aggregation";
import { LakeBackup } from "./components/aws/lake-backup";
import { LakeReplica } from "./components/aws/lake-replica";
import { MeterGateway } from "./components/aws/meter-gateway";
import { readRequests } from "./components/aws/meter-gateway-requests";
import { gatewayThings } from "./components/aws/meter-gateway-things";
import { MeterIngest } from "./components/aws/meter-ingest";
import { RecoveryDrill } from "./components/aws/recovery-drill";
import { TelemetryLake } from "./components/aws/telemetry-lake";
import { Budget as GoogleBudget } from "./components/gcp/budget";
import { DataAccessAudit } from "./components/gcp/data-access-audit";
import { DataChecks } from "./components/gcp/data-checks";
import { EnergyWarehouse } from "./components/gcp/energy-warehouse";
import { lookerStudioLink } from "./components/gcp/looker-studio";
import { SlotRefresh } from "./components/gcp/slot-refresh";
import { LakeMirror } from "./components/lake-mirror";
import { LiveStream } from "./components/live-stream";
import { RunAlarms } from "./components/monitoring/aws";
import { GoogleAlarms } from "./components/monitoring/google";
import { GoogleDashboard } from "./components/monitoring/google-dashboard";
import { watchNames } from "./components/names/watch";
import { protectionOf } from "./components/protection";
import { registry } from "./components/reference/registry";
import { compileTariffs } from "./components/reference/tariffs/compile";
import { watchedMeters } from "./components/reference/watched-meters";
import { zoneDays } from "./components/reference/zone-days";
import { ReferenceData } from "./components/reference-data";
import { WatchedData } from "./components/watched-data";
import { parseConfig, wattlakeKeys } from "./config";
import { refusePlain } from "./configuration/plain-secrets";
import { toMebibytes, toSeconds } from "./configuration/quantities";
import { readCatalog, withoutBlocks, withoutLive } from "./sql/catalog";
import { checksScript, readChecks } from "./sql/checks";
import { materializeSlots, refreshScript, storedViewsOf } from "./sql/materialization";
import { withStepsInside } from "./sql/nesting";
import { liveReadings } from "./sql/tables";

// A mistake in the configuration ends the program here, before anything is created.
const config = parseConfig(wattlakeKeys(pulumi.runtime.allConfig()));
const region = new pulumi.Config("aws").require<aws.Region>("region");
const project = new pulumi.Config("gcp").require("project");
const location = config.warehouse.location ?? new pulumi.Config("gcp").require("region");

const stack = pulumi.getStack();
const labels = { project: pulumi.getProject(), stack };
const protection = protectionOf(stack);
const { logDays, rawDays } = config.retention;

// So does a name that is too long for its service: every resource comes from a provider, and waits for it.
const fitting = { dependsOn: watchNames(labels) };
const awsProvider = new aws.Provider("aws", { region, defaultTags: { tags: labels } }, fitting);
const gcpProvider = new gcp.Provider("gcp", { project, defaultLabels: labels }, fitting);
const onAws = { providers: [awsProvider] };
const onGoogle = { providers: [gcpProvider] };
const onBoth = { providers: [awsProvider, gcpProvider] };
const { accountId } = aws.getCallerIdentityOutput({}, { provider: awsProvider });

const lake = new TelemetryLake("lake", { retention: config.retention, protection }, onAws);

const { replica, backup } = config.recovery;
const copy = replica
  ? new LakeReplica(
      "replica",
      { lake, lakeRegion: region, ...replica, archiveDays: rawDays + 1, protection, accountId },
      onAws,
    )
  : undefined;
if (backup) {
  const { timezone } = config.aggregation;
  new LakeBackup("backup", { lake, ...backup, timezone, region, protection, accountId }, onAws);
}

const mirror = new LakeMirror(
  "mirror",
  { lake, mode: config.warehouse.mirror, backedUp: backup !== undefined, location, protection, accountId },
  onBoth,
);

const tariffs = compileTariffs(config);

const reference = new ReferenceData(
  "reference",
  {
    lake,
    region,
    mirrorBucket: mirror.bucketName,
    registry: registry(config),
    zoneDays: zoneDays(config),
    tariffs,
  },
  onBoth,
);

const views = config.ingest.live ? readCatalog() : withoutLive(readCatalog());
const catalog = tariffs.tariffBlocks.length > 0 ? views : withoutBlocks(views);
const storedViews = storedViewsOf(config.warehouse);
const materialization = storedViews.length > 0 ? materializeSlots(catalog, storedViews) : undefined;

const warehouse = new EnergyWarehouse(
  "warehouse",
  {
    project,
    dataset: config.warehouse.dataset,
    location,
    mirrorBucket: mirror.bucketName,
    objects: reference.mirrored,
    catalog: withStepsInside(materialization?.catalog ?? catalog, materialization?.recent),
    protection,
  },
  onGoogle,
);

const refresh = materialization
  ? new SlotRefresh(
      "refresh",
      {
        project,
        location,
        datasetId: warehouse.datasetId,
        tables: new Map(materialization.tables.map(({ name }) => [name, warehouse.table(name)])),
        mirrorBucket: mirror.bucketName,
        query: refreshScript(materialization, `${project}.${config.warehouse.dataset}`),
      },
      { ...onGoogle, dependsOn: warehouse },
    )
  : undefined;

const live = config.ingest.live
  ? new LiveStream("live", { lake, project, table: warehouse.table(liveReadings.name), logDays, accountId }, onBoth)
  : undefined;

const ingest = new MeterIngest(
  "ingest",
  {
    lake,
    delivery: config.ingest.delivery,
    bufferSeconds: toSeconds(config.ingest.buffer.interval),
    bufferMebibytes: toMebibytes(config.ingest.buffer.size),
    live: live?.queue,
    logDays,
    accountId,
  },
  onAws,
);

const things = gatewayThings(config, pulumi.getProject(), stack);
const gateway = new MeterGateway(
  "gateway",
  {
    things,
    requests: readRequests(resolve(__dirname, config.gateway.requests), things),
    region,
    accountId,
    protection,
  },
  onAws,
);

const watched = new WatchedData(
  "watched",
  { lake, meters: watchedMeters(config), certificates: gateway.certificateEnds },
  onAws,
);

const { logRuns } = config.alerts;
const aggregation = new DailyAggregation(
  "aggregation",
  { lake, ...config.aggregation, flushSeconds: ingest.flushSeconds, rawDays, logDays, logRuns, accountId },
  { ...onAws, dependsOn: [reference, watched] },
);

const { timezone } = config.aggregation;
const drill = new RecoveryDrill("drill", { lake, timezone, logDays, logRuns, accountId }, onAws);

const { email, webhook } = config.alerts;
if (webhook !== undefined) refusePlain("wattlake:alerts", "wattlake:alerts.webhook");
if (email !== undefined || webhook !== undefined) {
  const told = { email, webhook: webhook === undefined ? undefined : pulumi.secret(webhook) };
  const { stateMachineArn, missedRunsName, logs } = aggregation;
  const { schedule } = config.aggregation;
  const { streamName, ruleNames } = ingest;
  new RunAlarms(
    "alarms",
    {
      ...{ ...told, logDays },
      ...{ alarms: config.alerts.alarms, region, schedule, logs },
      ...{ stateMachineArn, missedRunsName, drillArn: drill.stateMachineArn, streamName, ruleNames, live },
      mirrorEventsName: mirror.eventsName,
    },
    onAws,
  );
  // Where nobody is told nothing is asked.
  const checks = new DataChecks(
    "checks",
    {
      project,
      location,
      datasetId: warehouse.datasetId,
      mirrorBucket: mirror.bucketName,
      query: checksScript(readChecks(), `${project}.${config.warehouse.dataset}`),
    },
    { ...onGoogle, dependsOn: warehouse },
  );
  const watchedOnGoogle = {
    transferJobs: mirror.jobNames,
    refresh: refresh?.configName,
    checks: checks.configName,
    live: config.ingest.live,
  };
  const { policyNames } = new GoogleAlarms("google-alarms", { ...told, watched: watchedOnGoogle }, onGoogle);
  new GoogleDashboard("google-dashboard", { watched: watchedOnGoogle, policyNames }, onGoogle);
}

const { monthlyBudget, billingAccount } = config.alerts;
if (email !== undefined && monthlyBudget !== undefined) {
  new AwsBudget("budget", { email, monthlyUsd: monthlyBudget }, onAws);
  if (billingAccount !== undefined)
    new GoogleBudget("google-budget", { email, monthly: monthlyBudget, billingAccount, project }, onGoogle);
}

const { trail, accessAnalyzer } = config.audit;
if (trail || accessAnalyzer) new Audit("audit", { lake, ...config.audit, region, protection, accountId }, onAws);
if (config.audit.dataAccess) new DataAccessAudit("data-access", { project }, onGoogle);

/** The lake bucket on AWS. */
export const lakeBucket = lake.bucketName;
/** Its copy in a second region; empty where there is none. */
export const replicaBucket = copy?.bucketName ?? "";
/** The topic rules, for Basic Ingest. */
export const topicRules = Object.values(ingest.ruleNames);
/** Where the meters and bridges connect, port 8883. */
export const iotEndpoint = gateway.endpoint;
/** Their certificates, by thing and stage. */
export const meterCertificates = gateway.certificates;
/** Clients that cannot connect yet: `npm run provision -- <name>` for each, then `pulumi up` again. */
export const metersToProvision = gateway.toProvision;
/** Started by the schedule, or with `{"from": ..., "to": ...}` for a backfill. */
export const stateMachineArn = aggregation.stateMachineArn;
/** Makes a day again from its archive, once a month and by `npm run drill`. */
export const drillStateMachineArn = drill.stateMachineArn;
/** Starts that the scheduler could not deliver. */
export const missedRunsUrl = aggregation.missedRunsUrl;
/** The mirror bucket on Google Cloud. */
export const mirrorBucket = mirror.bucketName;
/** The transfer job that compares lake and mirror; `npm run mirror` starts it at once. */
export const mirrorJob = mirror.comparisonName;
/** The BigQuery dataset, as `project.dataset`. */
export const dataset = pulumi.interpolate`${project}.${warehouse.datasetId}`;
/** What fills the tables of stored readings and slots, and what the views lack until then; empty where nothing is stored. */
export const storedTables = refresh
  ? pulumi.interpolate`${refresh.configName} fills them every night; until its first run has ended, the views lack the days before the last week (docs/energy.md, Stored slots)`
  : "";
/** Opens a report of Looker Studio with the views as data sources: docs/analysis.md. */
export const lookerStudio = warehouse.datasetId.apply((datasetId) =>
  lookerStudioLink({ project, dataset: datasetId, reportName: `${labels.project} ${stack}`, views: catalog.views }),
);
