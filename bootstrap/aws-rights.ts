/**
 * What who previews and who deploys a stack may call on AWS: a row a resource type of the program, with the names that
 * the stack's resources have. A type without a row fails a test.
 *
 * `read` tells of settings, never of data: what reads an object of the lake stands under `write`.
 */
import type * as aws from "@pulumi/aws";
import { topicRulePrefix } from "../components/aws/meter-gateway-things";
import { allow } from "../components/aws/policy";
import { vendedLogs } from "../components/aws/run-logs";
import { protectionOf } from "../components/protection";
import { prefixes } from "../functions/lake/keys";
import type { Access } from "./subjects";

/** Whose resources: the program's project and stack, where they lie. */
export interface AwsScope {
  readonly region: string;
  readonly accountId: string;
  readonly project: string;
  readonly stack: string;
}

interface Row {
  readonly on: readonly string[];
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** Of what a stack has only where its configuration asks for it: a policy of its own, as IAM takes only so much inline. */
  readonly chosen?: true;
  /** Only while it holds. */
  readonly when?: Record<string, Record<string, string | string[]>>;
}

/** The services that the program's roles are for. */
export const passedTo = ["lambda", "states", "scheduler", "firehose", "iot", "s3", "backup"].map(
  (name) => `${name}.amazonaws.com`,
);

const actions = (service: string, names: string) => names.split(" ").map((name) => `${service}:${name}`);

/** The rows of each type; a type whose calls another row has lists none. */
export function awsRows({ region, accountId, project, stack }: AwsScope): Readonly<Record<string, readonly Row[]>> {
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;
  const named = `${project}-${stack}-*`;
  const bucket = `arn:aws:s3:::${named}`;
  const reference = `${bucket}/${prefixes.reference}*`;
  const role = `arn:aws:iam::${accountId}:role/${named}`;
  const logGroup = arn("logs", `log-group:${named}`);
  const lambda = arn("lambda", `function:${named}`);
  const ofFunctions = { ArnLike: { "lambda:FunctionArn": lambda } };
  // A thing's name is the meter's, a certificate's a hash of AWS.
  const things = arn("iot", "thing/*");
  const certificates = arn("iot", "cert/*");
  const runLogs = arn("logs", `log-group:${vendedLogs}${named}`);
  const queues = arn("sqs", named);
  const topics = arn("sns", named);
  const { protect } = protectionOf(stack);

  const row = (service: string, on: readonly string[], read: string, write: string, when?: Row["when"]): Row => ({
    on,
    read: read ? actions(service, read) : [],
    write: write ? actions(service, write) : [],
    ...(when && { when }),
  });
  const chosen = (rows: readonly Row[]) => rows.map((each): Row => ({ ...each, chosen: true }));
  const bucketSettings = (read: string, write: string) => [row("s3", [bucket], read, write)];

  const vault = arn("backup", `backup-vault:${named}`);
  const viaBackup = { StringEquals: { "kms:ViaService": `backup.${region}.amazonaws.com` } };
  // A plan has an id of AWS Backup's own.
  const plans = arn("backup", "backup-plan:*");

  return {
    "aws:backup/vault:Vault": [
      row(
        "backup",
        [vault],
        "DescribeBackupVault ListTags",
        "CreateBackupVault DeleteBackupVault PutBackupVaultLockConfiguration DeleteBackupVaultLockConfiguration " +
          "TagResource UntagResource",
      ),
      // A vault's storage and key have no name before it is there.
      row("backup-storage", ["*"], "", "MountCapsule"),
      row("kms", [arn("kms", "key/*")], "", "CreateGrant DescribeKey GenerateDataKey Decrypt RetireGrant", viaBackup),
    ],
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": [],
    "aws:backup/plan:Plan": [
      row(
        "backup",
        [plans],
        "GetBackupPlan ListTags",
        "CreateBackupPlan UpdateBackupPlan DeleteBackupPlan TagResource UntagResource",
      ),
    ],
    "aws:backup/selection:Selection": [
      row("backup", [plans], "GetBackupSelection", "CreateBackupSelection DeleteBackupSelection"),
    ],
    "aws:cloudwatch/logGroup:LogGroup": [
      row("logs", [arn("logs", "log-group:*")], "DescribeLogGroups", ""),
      row(
        "logs",
        [logGroup, `${logGroup}:*`],
        "ListTagsForResource DescribeLogStreams DescribeMetricFilters",
        "CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy TagResource UntagResource " +
          "CreateLogStream DeleteLogStream PutMetricFilter DeleteMetricFilter",
      ),
    ],
    "aws:cloudwatch/logStream:LogStream": [],
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": [],
    "aws:budgets/budget:Budget": [
      row(
        "budgets",
        [`arn:aws:budgets::${accountId}:budget/${named}`],
        "ViewBudget ListTagsForResource",
        "ModifyBudget TagResource UntagResource",
      ),
    ],
    // Of the account, without a region.
    "aws:cloudwatch/dashboard:Dashboard": [
      row(
        "cloudwatch",
        [`arn:aws:cloudwatch::${accountId}:dashboard/${named}`],
        "GetDashboard",
        "PutDashboard DeleteDashboards",
      ),
    ],
    "aws:cloudwatch/metricAlarm:MetricAlarm": [
      row("cloudwatch", [arn("cloudwatch", "alarm:*")], "DescribeAlarms", ""),
      row(
        "cloudwatch",
        [arn("cloudwatch", `alarm:${named}`)],
        "ListTagsForResource",
        "PutMetricAlarm DeleteAlarms TagResource UntagResource",
      ),
    ],
    "aws:iam/role:Role": [
      row(
        "iam",
        [role],
        "GetRole GetRolePolicy ListRolePolicies ListAttachedRolePolicies ListInstanceProfilesForRole ListRoleTags",
        "CreateRole DeleteRole UpdateRole UpdateAssumeRolePolicy TagRole UntagRole PutRolePolicy DeleteRolePolicy",
      ),
      row("iam", [role], "", "PassRole", { StringEquals: { "iam:PassedToService": passedTo } }),
    ],
    "aws:iam/rolePolicy:RolePolicy": [],
    "aws:iot/topicRule:TopicRule": [
      row(
        "iot",
        [arn("iot", `rule/${topicRulePrefix(project, stack)}*`)],
        "GetTopicRule ListTagsForResource",
        "CreateTopicRule ReplaceTopicRule DeleteTopicRule TagResource UntagResource",
      ),
    ],
    "aws:iot/thing:Thing": [
      row("iot", [things], "DescribeThing ListThingPrincipals", "CreateThing UpdateThing DeleteThing"),
    ],
    "aws:iot/policy:Policy": [
      row(
        "iot",
        [arn("iot", `policy/${named}`)],
        "GetPolicy GetPolicyVersion ListPolicyVersions ListTargetsForPolicy ListTagsForResource",
        "CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion TagResource UntagResource",
      ),
    ],
    "aws:iot/certificate:Certificate": [
      // Nothing has a name yet when it is asked for.
      row("iot", ["*"], "DescribeEndpoint", "CreateCertificateFromCsr"),
      row(
        "iot",
        [certificates],
        "DescribeCertificate ListAttachedPolicies",
        "UpdateCertificate DeleteCertificate AttachPolicy DetachPolicy AttachThingPrincipal DetachThingPrincipal",
      ),
    ],
    "aws:iot/policyAttachment:PolicyAttachment": [],
    "aws:iot/thingPrincipalAttachment:ThingPrincipalAttachment": [],
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": [
      row(
        "firehose",
        [arn("firehose", `deliverystream/${named}`)],
        "DescribeDeliveryStream ListTagsForDeliveryStream",
        "CreateDeliveryStream DeleteDeliveryStream UpdateDestination StartDeliveryStreamEncryption " +
          "StopDeliveryStreamEncryption TagDeliveryStream UntagDeliveryStream",
      ),
    ],
    "aws:lambda/eventSourceMapping:EventSourceMapping": [
      row(
        "lambda",
        ["*"],
        "GetEventSourceMapping",
        "CreateEventSourceMapping UpdateEventSourceMapping DeleteEventSourceMapping",
        ofFunctions,
      ),
      row("lambda", [arn("lambda", "event-source-mapping:*")], "ListTags", "TagResource UntagResource"),
    ],
    "aws:lambda/permission:Permission": chosen([
      row("lambda", [lambda], "GetPolicy", "AddPermission RemovePermission"),
    ]),
    "aws:lambda/function:Function": [
      row(
        "lambda",
        [lambda],
        "GetFunction GetFunctionCodeSigningConfig ListVersionsByFunction GetPolicy ListTags",
        "CreateFunction UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction TagResource UntagResource",
      ),
    ],
    "aws:s3/bucket:Bucket": [
      ...bucketSettings(
        "ListBucket GetBucketLocation GetBucketAcl GetBucketCORS GetBucketWebsite GetBucketLogging GetBucketTagging " +
          "GetBucketRequestPayment GetBucketObjectLockConfiguration GetAccelerateConfiguration " +
          "GetReplicationConfiguration GetBucketPolicy GetBucketVersioning GetEncryptionConfiguration " +
          "GetLifecycleConfiguration GetBucketNotification GetBucketOwnershipControls GetBucketPublicAccessBlock " +
          "ListTagsForResource",
        "CreateBucket PutBucketTagging PutBucketPolicy DeleteBucketPolicy PutBucketVersioning PutEncryptionConfiguration " +
          "PutLifecycleConfiguration PutReplicationConfiguration PutBucketNotification PutBucketOwnershipControls PutBucketPublicAccessBlock " +
          "TagResource UntagResource",
      ),
      // A stack that protects its data cannot delete it either; another empties its bucket when it goes.
      ...(protect
        ? []
        : [
            row("s3", [bucket], "", "DeleteBucket ListBucketVersions"),
            row("s3", [`${bucket}/*`], "", "DeleteObject DeleteObjectVersion"),
          ]),
    ],
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": [],
    "aws:s3/bucketNotification:BucketNotification": [],
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": [],
    "aws:s3/bucketPolicy:BucketPolicy": [],
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [],
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": [],
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [],
    "aws:s3/bucketVersioning:BucketVersioning": [],
    "aws:s3/bucketObjectv2:BucketObjectv2": [
      row(
        "s3",
        [reference],
        "",
        "GetObject GetObjectTagging PutObject PutObjectTagging DeleteObject DeleteObjectVersion",
      ),
      row("s3", [bucket], "", "ListBucketVersions"),
      // Who deploys is told on which days the lake holds readings of a meter that is no longer configured.
      row("s3", [`${bucket}/${prefixes.manifests}days/*`], "", "GetObject"),
    ],
    "aws:scheduler/schedule:Schedule": [
      row(
        "scheduler",
        [arn("scheduler", `schedule/default/${named}`)],
        "GetSchedule",
        "CreateSchedule UpdateSchedule DeleteSchedule",
      ),
    ],
    "aws:sfn/stateMachine:StateMachine": [
      // A preview has AWS check the definition, which has no name.
      row("states", ["*"], "ValidateStateMachineDefinition", ""),
      row(
        "states",
        [arn("states", `stateMachine:${named}`)],
        "DescribeStateMachine ListStateMachineVersions ListTagsForResource",
        "CreateStateMachine UpdateStateMachine DeleteStateMachine TagResource UntagResource",
      ),
    ],
    // With alerts.logRuns: of the log group alone, whose type is another row's.
    "aws:sfn/stateMachine:StateMachine with a log": chosen([
      row(
        "logs",
        [runLogs, `${runLogs}:*`],
        "ListTagsForResource",
        "CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy TagResource UntagResource",
      ),
    ]),
    "aws:cloudtrail/trail:Trail": chosen([
      row("cloudtrail", ["*"], "DescribeTrails", ""),
      row(
        "cloudtrail",
        [arn("cloudtrail", `trail/${named}`)],
        "GetTrail GetTrailStatus GetEventSelectors GetInsightSelectors ListTags",
        "CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging PutEventSelectors AddTags RemoveTags",
      ),
    ]),
    "aws:accessanalyzer/analyzer:Analyzer": chosen([
      row(
        "access-analyzer",
        [arn("access-analyzer", `analyzer/${named}`)],
        "GetAnalyzer ListTagsForResource",
        "CreateAnalyzer DeleteAnalyzer TagResource UntagResource",
      ),
      // The first analyzer of an account makes the service's own role.
      row(
        "iam",
        [
          `arn:aws:iam::${accountId}:role/aws-service-role/access-analyzer.amazonaws.com/AWSServiceRoleForAccessAnalyzer`,
        ],
        "",
        "CreateServiceLinkedRole",
      ),
    ]),
    "aws:ssm/parameter:Parameter": chosen([
      row("ssm", ["*"], "DescribeParameters", ""),
      row(
        "ssm",
        [arn("ssm", `parameter/${named}`)],
        "ListTagsForResource",
        // What it holds is read by who deploys, not by a preview.
        "GetParameter PutParameter DeleteParameter AddTagsToResource RemoveTagsFromResource",
      ),
    ]),
    "aws:sns/topic:Topic": [
      row(
        "sns",
        [topics],
        "GetTopicAttributes GetSubscriptionAttributes ListTagsForResource",
        "CreateTopic DeleteTopic SetTopicAttributes Subscribe Unsubscribe SetSubscriptionAttributes TagResource " +
          "UntagResource",
      ),
    ],
    "aws:sns/topicSubscription:TopicSubscription": [],
    "aws:sqs/queue:Queue": [
      row(
        "sqs",
        [queues],
        "GetQueueAttributes GetQueueUrl ListQueueTags",
        "CreateQueue DeleteQueue SetQueueAttributes TagQueue UntagQueue",
      ),
    ],
    "aws:sqs/queuePolicy:QueuePolicy": [],
  };
}

/** The statements of a role for the stack. */
export const awsRights = (scope: AwsScope, access: Access): aws.iam.PolicyStatement[] =>
  statementsOf(
    rowsOf(scope).filter(({ chosen }) => !chosen),
    access,
  );

/** Those for what a stack has only where its configuration asks for it. */
export const awsChosenRights = (scope: AwsScope, access: Access): aws.iam.PolicyStatement[] =>
  statementsOf(
    rowsOf(scope).filter(({ chosen }) => chosen),
    access,
  );

const rowsOf = (scope: AwsScope) => Object.values(awsRows(scope)).flat();

/** Rows on the same resources are one statement, as IAM takes only so many characters. */
function statementsOf(rows: readonly Row[], access: Access): aws.iam.PolicyStatement[] {
  const statements = new Map<string, { readonly row: Row; readonly granted: Set<string> }>();
  for (const row of rows) {
    const granted = access === "preview" ? row.read : [...row.read, ...row.write];
    if (granted.length === 0) continue;
    // What is allowed everywhere stands by itself, to be seen.
    const key = row.on.includes("*") ? granted.join() : JSON.stringify([row.on, row.when]);
    const known = statements.get(key) ?? { row, granted: new Set<string>() };
    for (const action of granted) known.granted.add(action);
    statements.set(key, known);
  }
  return [...statements.values()].map(({ row, granted }) => allow([...granted], [...row.on], row.when));
}
