/**
 * How long a name may be, and of what: a row a resource type of the program. A type without a row fails a test; one whose
 * name nobody chooses, or that has none, has an empty row.
 */

export interface NameRule {
  /** What is named, for a sentence. */
  readonly what: string;
  /** The input that holds the name. Where it is absent Pulumi makes one. */
  readonly property: string;
  /** Characters at most. */
  readonly limit: number;
  readonly allowed: RegExp;
  /** What is allowed, for a sentence. */
  readonly words: string;
}

const characters = {
  word: [/^[\w-]+$/, 'letters, digits, "-" and "_"'],
  wordAndDot: [/^[\w.-]+$/, 'letters, digits, "-", "_" and "."'],
  iam: [/^[\w+=,.@-]+$/, 'letters, digits and "+=,.@_-"'],
  underscore: [/^\w+$/, 'letters, digits and "_"'],
  thing: [/^[\w:-]+$/, 'letters, digits, ":", "-" and "_"'],
  id: [/^[a-z0-9-]+$/, 'lower-case letters, digits and "-"'],
  s3Bucket: [/^[a-z0-9.-]+$/, 'lower-case letters, digits, "-" and "."'],
  googleBucket: [/^[a-z0-9._-]+$/, 'lower-case letters, digits, "-", "_" and "."'],
  label: [/^[a-z0-9_-]*$/, 'lower-case letters, digits, "-" and "_"'],
  role: [/^[\w.]+$/, 'letters, digits, "_" and "."'],
  path: [/^[\w./#-]+$/, 'letters, digits and "_-/.#"'],
  any: [/./s, "any character"],
} as const satisfies Record<string, readonly [RegExp, string]>;

function rule(what: string, limit: number, kind: keyof typeof characters, property = "name"): NameRule {
  const [allowed, words] = characters[kind];
  return { what, limit, allowed, words, property };
}

export const nameRules: Readonly<Record<string, readonly NameRule[]>> = {
  "aws:backup/plan:Plan": [rule("backup plan", 50, "wordAndDot")],
  "aws:backup/selection:Selection": [rule("backup selection", 50, "wordAndDot")],
  "aws:backup/vault:Vault": [rule("backup vault", 50, "word")],
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration": [],
  "aws:accessanalyzer/analyzer:Analyzer": [rule("analyzer", 255, "wordAndDot", "analyzerName")],
  "aws:cloudtrail/trail:Trail": [rule("trail", 128, "wordAndDot")],
  "aws:cloudwatch/logGroup:LogGroup": [rule("log group", 512, "path")],
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": [rule("metric filter", 512, "wordAndDot")],
  "aws:cloudwatch/logStream:LogStream": [rule("log stream", 512, "path")],
  "aws:budgets/budget:Budget": [rule("budget", 100, "any")],
  "aws:cloudwatch/dashboard:Dashboard": [rule("dashboard", 255, "word", "dashboardName")],
  "aws:cloudwatch/metricAlarm:MetricAlarm": [rule("alarm", 255, "wordAndDot")],
  "aws:iam/role:Role": [rule("IAM role", 64, "iam")],
  "aws:iam/rolePolicy:RolePolicy": [rule("IAM policy", 128, "iam")],
  "aws:iot/certificate:Certificate": [],
  "aws:iot/policy:Policy": [rule("IoT policy", 128, "iam")],
  "aws:iot/policyAttachment:PolicyAttachment": [],
  "aws:iot/thing:Thing": [rule("IoT thing", 128, "thing")],
  "aws:iot/thingPrincipalAttachment:ThingPrincipalAttachment": [],
  "aws:iot/topicRule:TopicRule": [rule("topic rule", 128, "underscore")],
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": [rule("delivery stream", 64, "wordAndDot")],
  "aws:lambda/eventSourceMapping:EventSourceMapping": [],
  "aws:lambda/permission:Permission": [],
  "aws:lambda/function:Function": [rule("Lambda function", 64, "word")],
  "aws:s3/bucket:Bucket": [rule("S3 bucket", 63, "s3Bucket", "bucket")],
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": [],
  "aws:s3/bucketNotification:BucketNotification": [],
  "aws:s3/bucketObjectv2:BucketObjectv2": [],
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": [],
  "aws:s3/bucketPolicy:BucketPolicy": [],
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [],
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": [],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [],
  "aws:s3/bucketVersioning:BucketVersioning": [],
  "aws:scheduler/schedule:Schedule": [rule("schedule", 64, "wordAndDot")],
  "aws:sfn/stateMachine:StateMachine": [rule("state machine", 80, "word")],
  "aws:sns/topic:Topic": [rule("SNS topic", 256, "word")],
  "aws:sns/topicSubscription:TopicSubscription": [],
  "aws:ssm/parameter:Parameter": [rule("parameter", 1011, "wordAndDot")],
  "aws:sqs/queue:Queue": [rule("queue", 80, "word")],
  "aws:sqs/queuePolicy:QueuePolicy": [],
  "gcp:bigquery/dataTransferConfig:DataTransferConfig": [rule("scheduled query", 1024, "any", "displayName")],
  "gcp:bigquery/dataset:Dataset": [rule("BigQuery dataset", 1024, "underscore", "datasetId")],
  "gcp:bigquery/datasetIamMember:DatasetIamMember": [],
  "gcp:bigquery/iamMember:IamMember": [],
  "gcp:bigquery/routine:Routine": [rule("BigQuery routine", 256, "underscore", "routineId")],
  "gcp:bigquery/table:Table": [rule("BigQuery table", 1024, "underscore", "tableId")],
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": [rule("identity pool", 32, "id", "workloadIdentityPoolId")],
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": [
    rule("identity provider", 32, "id", "workloadIdentityPoolProviderId"),
  ],
  "gcp:billing/budget:Budget": [rule("budget", 60, "any", "displayName")],
  "gcp:monitoring/alertPolicy:AlertPolicy": [rule("alert policy", 512, "any", "displayName")],
  "gcp:monitoring/dashboard:Dashboard": [],
  "gcp:monitoring/notificationChannel:NotificationChannel": [rule("notification channel", 512, "any", "displayName")],
  "gcp:projects/iAMAuditConfig:IAMAuditConfig": [],
  "gcp:projects/iAMCustomRole:IAMCustomRole": [
    rule("custom role", 64, "role", "roleId"),
    rule("title of the custom role", 100, "any", "title"),
  ],
  "gcp:projects/iAMMember:IAMMember": [],
  "gcp:projects/service:Service": [],
  "gcp:projects/serviceIdentity:ServiceIdentity": [],
  "gcp:serviceaccount/account:Account": [
    rule("service account", 30, "id", "accountId"),
    rule("display name of the service account", 100, "any", "displayName"),
  ],
  "gcp:serviceaccount/iAMMember:IAMMember": [],
  "gcp:storage/bucket:Bucket": [rule("Cloud Storage bucket", 63, "googleBucket")],
  "gcp:storage/bucketIAMMember:BucketIAMMember": [],
  "gcp:storage/bucketObject:BucketObject": [rule("Cloud Storage object", 1024, "any")],
  "gcp:storage/transferJob:TransferJob": [rule("transfer job", 128, "path")],
};

/** Google's labels of everything it has of the stack. */
export const labelRule = rule("label", 63, "label");

/** By what Google knows a caller of a federated identity; bytes, all of them ASCII. */
export const subjectRule = rule("google.subject", 127, "any");
