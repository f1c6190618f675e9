/** BigQuery's stand-in for tests: the live table, one AWS role that may write into it and one that may not. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BigQuery } from "@google-cloud/bigquery";
import { AwsClient, OAuth2Client } from "google-auth-library";
import { createIdentities } from "../../../local/aws/iam/identity";
import type { Clock } from "../../../local/clock";
import { startBigQuery } from "../../../local/google/bigquery/server";
import { openWarehouse } from "../../../local/google/duckdb";
import { createGoogleIdentity } from "../../../local/google/identity";
import type { Monitoring } from "../../../local/google/monitoring";
import { account, computeFields } from "../../../local/program/computed";
import { createGraph } from "../../../local/program/graph";
import { type Catalog, readCatalog } from "../../../sql/catalog";
import { type Column, liveReadings } from "../../../sql/tables";
import { writeEmptyLake } from "../../sql/lake";
import { resource, role, roleArn, service } from "../fixture";

export const project = "a-project";
export const dataset = "a_dataset";
const assumed = (name: string) => `arn:aws:sts::${account}:assumed-role/${name}`;

/** A resource with what the cloud would compute for it. */
const computed = (type: string, name: string, inputs: Record<string, unknown>) =>
  resource(type, name, inputs, computeFields(type, name, inputs).state);

const pool = { workloadIdentityPoolId: "live-pool" };
const provider = computed("gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider", "provider", {
  ...pool,
  workloadIdentityPoolProviderId: "aws-role",
  aws: { accountId: account },
  attributeCondition: `attribute.aws_role == '${assumed("writer")}'`,
});
const poolName = computed("gcp:iam/workloadIdentityPool:WorkloadIdentityPool", "pool", pool).state.name;

const streamer = computed("gcp:projects/iAMCustomRole:IAMCustomRole", "streamer", {
  roleId: "streamer",
  permissions: ["bigquery.tables.get", "bigquery.tables.updateData"],
});
const reader = computed("gcp:projects/iAMCustomRole:IAMCustomRole", "reader", {
  roleId: "reader",
  permissions: ["bigquery.tables.get", "bigquery.tables.getData"],
});
const blind = computed("gcp:projects/iAMCustomRole:IAMCustomRole", "blind", {
  roleId: "blind",
  permissions: ["bigquery.tables.updateData"],
});
/** Names of custom roles by what they are for. */
export const customRoles = { reader: reader.state.name, blind: blind.state.name };

const resources = (grant: object = {}, columns: readonly Column[] = liveReadings.columns) => [
  ...role("writer", service("lambda")),
  ...role("stranger", service("lambda")),
  provider,
  ...[streamer, reader, blind],
  computed("gcp:bigquery/iamMember:IamMember", "grant", {
    datasetId: dataset,
    tableId: liveReadings.name,
    role: streamer.state.name,
    member: `principalSet://iam.googleapis.com/${poolName}/attribute.aws_role/${assumed("writer")}`,
    ...grant,
  }),
  computed("gcp:bigquery/table:Table", "table", {
    datasetId: dataset,
    tableId: liveReadings.name,
    schema: JSON.stringify(columns),
    timePartitioning: { type: "DAY", field: "date", expirationMs: 3 * 86_400_000 },
  }),
];

export interface GoogleOptions {
  readonly clock: Clock;
  /** The folder that stands for the mirror bucket. @default one that nothing has arrived in */
  readonly mirrorDirectory?: string;
  /** Changes of the role's grant. */
  readonly grant?: object;
  /** Hears what is measured of the calls. @default nobody */
  readonly monitoring?: Monitoring;
  /** Columns that the table accepts. @default the program's */
  readonly columns?: readonly Column[];
}

/** The catalog with the views of readings only, which open in a moment. */
function liveCatalog(): Catalog {
  const catalog = readCatalog();
  const needed = new Set(["readings", "live_power"]);
  const views = [...catalog.views].reverse().filter(({ name, dependencies }) => {
    if (needed.has(name)) for (const dependency of dependencies) needed.add(dependency);
    return needed.has(name);
  });
  return { ...catalog, views: views.reverse() };
}

export async function startGoogle({ clock, grant, columns, ...options }: GoogleOptions) {
  const graph = createGraph(resources(grant, columns));
  const identities = createIdentities(graph);
  const empty = mkdtempSync(join(tmpdir(), "wattlake-google-"));
  writeEmptyLake(empty);
  const warehouse = await openWarehouse({ ...liveCatalog(), mirrorDirectory: options.mirrorDirectory ?? empty });
  const server = await startBigQuery({
    ...{ graph, clock, warehouse: async () => warehouse },
    ...(options.monitoring && { monitoring: options.monitoring }),
    identity: createGoogleIdentity(graph, { identities }),
  });

  const credentials = {
    type: "external_account",
    audience: `//iam.googleapis.com/${provider.state.name}`,
    subject_token_type: "urn:ietf:params:aws:token-type:aws4_request",
    token_url: `${server.url}/v1/token`,
    credential_source: {
      environment_id: "aws1",
      regional_cred_verification_url: "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
    },
  };
  /** What the callback reads from its environment when it runs as the role. */
  const environment = (name: "writer" | "stranger") => {
    const { accessKeyId, secretAccessKey } = identities.assume(roleArn(name), { service: "lambda.amazonaws.com" });
    return {
      LIVE_TABLE: `${project}.${dataset}.${liveReadings.name}`,
      LIVE_DAYS: "3",
      GOOGLE_CREDENTIALS: JSON.stringify(credentials),
      BIGQUERY_EMULATOR_HOST: server.url,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    };
  };
  return {
    url: server.url,
    userToken: server.userToken,
    warehouse,
    environment,
    /** The real client, as the role; it reads the role's keys when it first asks for a token. */
    clientOf(name: "writer" | "stranger", changes: object = {}) {
      Object.assign(process.env, environment(name));
      const authClient = new AwsClient({ ...credentials, ...changes });
      return new BigQuery({ projectId: project, authClient, retryOptions: { autoRetry: false } });
    },
    /** The real client, as the user who owns the project. */
    userClient() {
      process.env.BIGQUERY_EMULATOR_HOST = server.url;
      const authClient = new OAuth2Client();
      authClient.setCredentials({ access_token: server.userToken });
      return new BigQuery({ projectId: project, authClient });
    },
    async close() {
      await server.close();
      warehouse.close();
      rmSync(empty, { recursive: true });
    },
  };
}

export type Google = Awaited<ReturnType<typeof startGoogle>>;
