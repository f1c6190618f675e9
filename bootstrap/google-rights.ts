/**
 * What who previews and who deploys a stack may call in its Google Cloud project: a row a resource type of the program.
 * A type without a row fails a test.
 *
 * `read` tells of settings, never of data. Google's roles are of the whole project, and who may change roles and accounts
 * in it can raise its own rights there: what must be apart lies in a project of its own, as prod does from dev.
 */
import type { Access } from "./subjects";

interface Row {
  readonly read: readonly string[];
  readonly write: readonly string[];
}

const permissions = (service: string, list: string) =>
  list ? list.split(" ").map((each) => `${service}.${each}`) : [];
const row = (service: string, read: string, write: string): Row => ({
  read: permissions(service, read),
  write: permissions(service, write),
});
/** What a resource of its own service is managed with. */
const managed = (service: string, kind: string): Row =>
  row(service, `${kind}.get`, `${kind}.create ${kind}.update ${kind}.delete`);
const granted = (service: string, kind: string): Row => row(service, `${kind}.getIamPolicy`, `${kind}.setIamPolicy`);

/** The rows of each type; a type whose calls another row has lists none. */
export const googleRows: Readonly<Record<string, readonly Row[]>> = {
  "gcp:bigquery/dataset:Dataset": [managed("bigquery", "datasets"), row("bigquery", "tables.list", "")],
  "gcp:bigquery/datasetIamMember:DatasetIamMember": [granted("bigquery", "datasets")],
  "gcp:bigquery/iamMember:IamMember": [granted("bigquery", "tables")],
  // Who creates a view must be able to read what it reads.
  "gcp:bigquery/table:Table": [managed("bigquery", "tables"), row("bigquery", "", "tables.getData")],
  "gcp:bigquery/routine:Routine": [managed("bigquery", "routines")],
  "gcp:bigquery/dataTransferConfig:DataTransferConfig": [
    row("bigquery", "transfers.get", "transfers.update jobs.create"),
    row("iam", "", "serviceAccounts.actAs"),
  ],
  // On the billing account, which no role of a project reaches.
  "gcp:billing/budget:Budget": [],
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": [managed("iam", "workloadIdentityPools")],
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": [
    managed("iam", "workloadIdentityPoolProviders"),
  ],
  "gcp:monitoring/alertPolicy:AlertPolicy": [managed("monitoring", "alertPolicies")],
  "gcp:monitoring/dashboard:Dashboard": [managed("monitoring", "dashboards")],
  "gcp:monitoring/notificationChannel:NotificationChannel": [managed("monitoring", "notificationChannels")],
  // Part of the project's policy, as grants are.
  "gcp:projects/iAMAuditConfig:IAMAuditConfig": [row("resourcemanager", "projects.get projects.getIamPolicy", "")],
  "gcp:projects/iAMCustomRole:IAMCustomRole": [managed("iam", "roles")],
  // Only a narrow set of roles may be granted: see `projectGrants`.
  "gcp:projects/iAMMember:IAMMember": [row("resourcemanager", "projects.get projects.getIamPolicy", "")],
  "gcp:projects/service:Service": [row("serviceusage", "services.get services.list", "services.enable")],
  "gcp:projects/serviceIdentity:ServiceIdentity": [],
  "gcp:serviceaccount/account:Account": [managed("iam", "serviceAccounts")],
  "gcp:serviceaccount/iAMMember:IAMMember": [granted("iam", "serviceAccounts")],
  "gcp:storage/bucket:Bucket": [managed("storage", "buckets"), row("storage", "", "objects.list objects.delete")],
  "gcp:storage/bucketIAMMember:BucketIAMMember": [granted("storage", "buckets")],
  "gcp:storage/bucketObject:BucketObject": [row("storage", "", "objects.get objects.create")],
  "gcp:storage/transferJob:TransferJob": [
    managed("storagetransfer", "jobs"),
    // `npm run mirror`, after the first deployment.
    row("storagetransfer", "projects.getServiceAccount", "jobs.run"),
  ],
};

/** The permissions of a role, each once. */
export function googleRights(access: Access): string[] {
  const all = Object.values(googleRows)
    .flat()
    .flatMap(({ read, write }) => (access === "preview" ? read : [...read, ...write]));
  return [...new Set(all)].sort();
}

/** The roles that who deploys may grant in the project, and no other: with a right to any it would be its owner. */
export const projectGrants = ["roles/bigquery.jobUser"] as const;
