/** How many resources of each type a stack has. Tables, views and functions are counted against the catalog instead. */
export type Inventory = Readonly<Record<string, number>>;

/** Of the demo (buffered delivery, event-driven mirror, live path, slots computed). */
export const inventory: Inventory = {
  "pulumi:pulumi:Stack": 1,
  "pulumi:providers:aws": 1,
  "pulumi:providers:gcp": 1,
  "wattlake:aws:TelemetryLake": 1,
  "wattlake:aws:MeterGateway": 1,
  "wattlake:aws:MeterIngest": 1,
  "wattlake:aws:DeliveryStream": 1,
  "wattlake:aws:ReferenceData": 1,
  "wattlake:aws:WatchedData": 1,
  "wattlake:aws:DailyAggregation": 1,
  "wattlake:aws:LakeFunction": 10,
  "wattlake:aws:RecoveryDrill": 1,
  "wattlake:aws:LiveStream": 1,
  "wattlake:gcp:LakeMirror": 1,
  "wattlake:gcp:EnergyWarehouse": 1,
  "wattlake:gcp:FederatedWriter": 1,
  "aws:cloudwatch/logGroup:LogGroup": 11,
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": 1,
  "aws:cloudwatch/logStream:LogStream": 1,
  "aws:iam/role:Role": 17,
  "aws:iam/rolePolicy:RolePolicy": 18,
  "aws:iot/topicRule:TopicRule": 3,
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": 1,
  "aws:lambda/eventSourceMapping:EventSourceMapping": 1,
  "aws:lambda/function:Function": 10,
  "aws:s3/bucket:Bucket": 1,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
  "aws:s3/bucketNotification:BucketNotification": 1,
  "aws:s3/bucketObjectv2:BucketObjectv2": 8,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
  "aws:s3/bucketPolicy:BucketPolicy": 1,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
  "aws:s3/bucketVersioning:BucketVersioning": 1,
  "aws:scheduler/schedule:Schedule": 2,
  "aws:sfn/stateMachine:StateMachine": 2,
  "aws:sqs/queue:Queue": 4,
  "aws:sqs/queuePolicy:QueuePolicy": 1,
  "gcp:bigquery/dataset:Dataset": 1,
  "gcp:bigquery/iamMember:IamMember": 1,
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": 1,
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": 1,
  "gcp:projects/iAMCustomRole:IAMCustomRole": 1,
  "gcp:projects/service:Service": 4,
  "gcp:storage/bucket:Bucket": 1,
  "gcp:storage/bucketIAMMember:BucketIAMMember": 2,
  "gcp:storage/bucketObject:BucketObject": 10,
  "gcp:storage/transferJob:TransferJob": 2,
};

/** What changes with `warehouse.materialize: true`. */
export const materialized: Inventory = {
  "wattlake:gcp:SlotRefresh": 1,
  "gcp:bigquery/dataTransferConfig:DataTransferConfig": 1,
  "gcp:bigquery/datasetIamMember:DatasetIamMember": 1,
  "gcp:bigquery/iamMember:IamMember": 3,
  "gcp:projects/iAMMember:IAMMember": 1,
  "gcp:projects/service:Service": 7,
  "gcp:projects/serviceIdentity:ServiceIdentity": 1,
  "gcp:serviceaccount/account:Account": 1,
  "gcp:serviceaccount/iAMMember:IAMMember": 1,
  "gcp:storage/bucketIAMMember:BucketIAMMember": 3,
};

/** What changes with `ingest.live: false`. */
export const liveOff: Inventory = {
  "wattlake:aws:LakeFunction": 9,
  "wattlake:aws:LiveStream": 0,
  "wattlake:gcp:FederatedWriter": 0,
  "aws:cloudwatch/logGroup:LogGroup": 10,
  "aws:iam/role:Role": 16,
  "aws:iam/rolePolicy:RolePolicy": 17,
  "aws:lambda/eventSourceMapping:EventSourceMapping": 0,
  "aws:lambda/function:Function": 9,
  "aws:sqs/queue:Queue": 2,
  "gcp:bigquery/iamMember:IamMember": 0,
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": 0,
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": 0,
  "gcp:projects/iAMCustomRole:IAMCustomRole": 0,
  "gcp:projects/service:Service": 2,
};

/** What changes with `ingest.delivery: direct`, then. */
export const directDelivery: Inventory = {
  "wattlake:aws:DeliveryStream": 0,
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": 0,
  "aws:cloudwatch/logGroup:LogGroup": 9,
  "aws:cloudwatch/logStream:LogStream": 0,
  "aws:iam/role:Role": 15,
  "aws:iam/rolePolicy:RolePolicy": 16,
};

/** What changes with `warehouse.mirror: hourly`, then. */
export const hourlyMirror: Inventory = {
  "aws:s3/bucketNotification:BucketNotification": 0,
  "aws:sqs/queue:Queue": 1,
  "aws:sqs/queuePolicy:QueuePolicy": 0,
  "gcp:storage/transferJob:TransferJob": 1,
};

/** What `alerts.email` adds to an hourly mirror; an event-driven one has an alarm more. */
export const alerts: Inventory = {
  "wattlake:aws:RunAlarms": 1,
  "wattlake:gcp:Alarms": 1,
  "wattlake:gcp:Dashboard": 1,
  "wattlake:gcp:DataChecks": 1,
  "aws:cloudwatch/dashboard:Dashboard": 1,
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": 6,
  "aws:cloudwatch/metricAlarm:MetricAlarm": 5,
  "aws:sns/topic:Topic": 1,
  "aws:sns/topicSubscription:TopicSubscription": 1,
  "gcp:bigquery/dataTransferConfig:DataTransferConfig": 1,
  "gcp:bigquery/datasetIamMember:DatasetIamMember": 1,
  "gcp:monitoring/alertPolicy:AlertPolicy": 2,
  "gcp:monitoring/dashboard:Dashboard": 1,
  "gcp:monitoring/notificationChannel:NotificationChannel": 1,
  "gcp:projects/iAMMember:IAMMember": 1,
  "gcp:projects/service:Service": 6,
  "gcp:projects/serviceIdentity:ServiceIdentity": 1,
  "gcp:serviceaccount/account:Account": 1,
  "gcp:serviceaccount/iAMMember:IAMMember": 1,
  "gcp:storage/bucketIAMMember:BucketIAMMember": 3,
};

/** What `alerts.monthlyBudget` and `alerts.billingAccount` add then. */
export const budgets: Inventory = {
  "wattlake:aws:Budget": 1,
  "wattlake:gcp:Budget": 1,
  "aws:budgets/budget:Budget": 1,
  "gcp:billing/budget:Budget": 1,
  "gcp:monitoring/notificationChannel:NotificationChannel": 2,
  "gcp:projects/service:Service": 8,
};

/** What `audit.dataAccess` adds then. */
export const audit: Inventory = {
  "wattlake:gcp:DataAccessAudit": 1,
  "gcp:projects/iAMAuditConfig:IAMAuditConfig": 2,
  "gcp:projects/service:Service": 9,
};

/** What `recovery.replica` and `recovery.backup` make of it, as in prod. */
export const recovery: Inventory = {
  "wattlake:aws:LakeReplica": 1,
  "wattlake:aws:LakeBackup": 1,
  "aws:backup/plan:Plan": 1,
  "aws:backup/selection:Selection": 1,
  "aws:backup/vault:Vault": 1,
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration": 1,
  "aws:iam/role:Role": 19,
  "aws:iam/rolePolicy:RolePolicy": 20,
  "aws:s3/bucket:Bucket": 2,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 2,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 2,
  "aws:s3/bucketPolicy:BucketPolicy": 2,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 2,
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": 1,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 2,
  "aws:s3/bucketVersioning:BucketVersioning": 2,
};

/** Types of what holds data, and of what guards it: protected and retained in prod. */
export const stateful = [
  "aws:backup/vault:Vault",
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketVersioning:BucketVersioning",
  "gcp:bigquery/dataset:Dataset",
  "gcp:storage/bucket:Bucket",
];

/** What each function may remove, below the lake bucket; nobody else removes anything. */
export const removers: Readonly<Record<string, readonly string[]>> = {
  "aggregation-archive-day": ["raw/*"],
  "drill-day": ["drill/*"],
};

/** What each function may put, below the lake bucket; nobody else writes the record. */
export const writers: Readonly<Record<string, readonly string[]>> = {
  "aggregation-plan-run": ["runs/*/objects/*"],
  "aggregation-collect-hour": [
    "staged/*",
    "quarantine/*",
    "manifests/hours/*",
    "runs/*/collected/*",
    "runs/*/quarantine/*",
  ],
  // Of an hour that was collected in parts.
  "aggregation-gather-days": ["manifests/hours/*", "quarantine/*", "runs/*/touched.json"],
  "aggregation-compile-day": ["manifests/days/*", "daily/*/readings.jsonl.gz"],
  "aggregation-link-days": ["daily/*/edges.jsonl.gz", "manifests/index/*"],
  "aggregation-archive-day": ["archive/*", "manifests/archive/*"],
  "aggregation-commit-run": ["manifests/checkpoint.json"],
  "drill-plan": [],
  "drill-day": ["drill/*"],
  "live-stream": [],
  ingest: ["errors/*"],
  "ingest-stream": ["raw/*", "errors/*"],
};
