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
  "wattlake:aws:DailyAggregation": 1,
  "wattlake:aws:LakeFunction": 7,
  "wattlake:aws:LiveStream": 1,
  "wattlake:gcp:LakeMirror": 1,
  "wattlake:gcp:EnergyWarehouse": 1,
  "wattlake:gcp:FederatedWriter": 1,
  "aws:cloudwatch/logGroup:LogGroup": 8,
  "aws:cloudwatch/logStream:LogStream": 1,
  "aws:iam/role:Role": 12,
  "aws:iam/rolePolicy:RolePolicy": 12,
  "aws:iot/topicRule:TopicRule": 2,
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": 1,
  "aws:lambda/eventSourceMapping:EventSourceMapping": 1,
  "aws:lambda/function:Function": 7,
  "aws:s3/bucket:Bucket": 1,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
  "aws:s3/bucketNotification:BucketNotification": 1,
  "aws:s3/bucketObjectv2:BucketObjectv2": 7,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
  "aws:s3/bucketPolicy:BucketPolicy": 1,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
  "aws:s3/bucketVersioning:BucketVersioning": 1,
  "aws:scheduler/schedule:Schedule": 1,
  "aws:sfn/stateMachine:StateMachine": 1,
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
  "wattlake:aws:LakeFunction": 6,
  "wattlake:aws:LiveStream": 0,
  "wattlake:gcp:FederatedWriter": 0,
  "aws:cloudwatch/logGroup:LogGroup": 7,
  "aws:iam/role:Role": 11,
  "aws:iam/rolePolicy:RolePolicy": 11,
  "aws:lambda/eventSourceMapping:EventSourceMapping": 0,
  "aws:lambda/function:Function": 6,
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
  "aws:cloudwatch/logGroup:LogGroup": 6,
  "aws:cloudwatch/logStream:LogStream": 0,
  "aws:iam/role:Role": 10,
  "aws:iam/rolePolicy:RolePolicy": 10,
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
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": 3,
  "aws:cloudwatch/metricAlarm:MetricAlarm": 5,
  "aws:sns/topic:Topic": 1,
  "aws:sns/topicSubscription:TopicSubscription": 1,
};

/** Types of what holds data, and of what guards it: protected and retained in prod. */
export const stateful = [
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

/** What each function may put, below the lake bucket; nobody else writes the record. */
export const writers: Readonly<Record<string, readonly string[]>> = {
  "aggregation-plan-run": [],
  "aggregation-collect-hour": ["staged/*", "quarantine/*", "manifests/hours/*"],
  "aggregation-compile-day": ["manifests/days/*", "daily/*/readings.jsonl.gz"],
  "aggregation-link-days": ["daily/*/edges.jsonl.gz", "manifests/index/*"],
  "aggregation-archive-day": ["archive/*", "manifests/archive/*"],
  "aggregation-commit-run": ["manifests/checkpoint.json"],
  "live-stream": [],
  ingest: ["errors/*"],
  "ingest-stream": ["raw/*", "errors/*"],
};
