/** What the cloud would compute for a new resource (ARN, physical name, URL), so that the program's outputs resolve. */
import { z } from "zod";
import { issuedCertificate } from "./certificate";

export const account = "123456789012";
export const region = "eu-central-1";
const googleProject = "wattlake-local";

export type Fields = Readonly<Record<string, unknown>>;

/** Names of Google's identity pools have the project's number. */
const identityPools = "projects/1/locations/global/workloadIdentityPools";

const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;

/** Per resource type: the fields beside the inputs, from the physical name and the inputs. */
const computed: Readonly<Record<string, (name: string, inputs: Fields) => Fields>> = {
  "aws:s3/bucket:Bucket": (name) => ({
    bucket: name,
    arn: `arn:aws:s3:::${name}`,
    bucketDomainName: `${name}.s3.amazonaws.com`,
    bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    region,
  }),
  "aws:backup/vault:Vault": (name) => ({ name, arn: arn("backup", `backup-vault:${name}`) }),
  "aws:backup/plan:Plan": (name) => ({ name, arn: arn("backup", `backup-plan:${name}`) }),
  "aws:iam/role:Role": (name) => ({ name, arn: `arn:aws:iam::${account}:role/${name}`, uniqueId: `AROA${name}` }),
  "aws:iam/policy:Policy": (name) => ({ name, arn: `arn:aws:iam::${account}:policy/${name}` }),
  "aws:lambda/function:Function": (name) => ({
    name,
    arn: arn("lambda", `function:${name}`),
    qualifiedArn: arn("lambda", `function:${name}:$LATEST`),
    invokeArn: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn("lambda", `function:${name}`)}/invocations`,
  }),
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (name) => ({
    name,
    arn: arn("firehose", `deliverystream/${name}`),
    versionId: "1",
  }),
  "aws:sfn/stateMachine:StateMachine": (name) => ({ name, arn: arn("states", `stateMachine:${name}`) }),
  "aws:sqs/queue:Queue": (name) => ({
    name,
    arn: arn("sqs", name),
    url: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
    id: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
  }),
  "aws:cloudwatch/logGroup:LogGroup": (name) => ({ name, arn: arn("logs", `log-group:${name}`) }),
  "aws:cloudwatch/metricAlarm:MetricAlarm": (name) => ({ name, arn: arn("cloudwatch", `alarm:${name}`) }),
  "aws:ssm/parameter:Parameter": (name) => ({ name, arn: arn("ssm", `parameter/${name}`) }),
  "aws:sns/topic:Topic": (name) => ({ name, arn: arn("sns", name) }),
  "aws:scheduler/schedule:Schedule": (name) => ({ name, arn: arn("scheduler", `schedule/default/${name}`) }),
  "aws:kms/key:Key": (name) => ({ keyId: name, arn: arn("kms", `key/${name}`) }),
  "aws:iot/topicRule:TopicRule": (name) => ({ name, arn: arn("iot", `rule/${name}`) }),
  "aws:iot/thing:Thing": (name) => ({ name, arn: arn("iot", `thing/${name}`) }),
  "aws:iot/policy:Policy": (name) => ({ name, arn: arn("iot", `policy/${name}`) }),
  "aws:iot/certificate:Certificate": (name) => ({
    arn: arn("iot", `cert/${name}`),
    certificateId: name,
    certificatePem: issuedCertificate,
  }),
  "gcp:storage/bucket:Bucket": (name) => ({ name, url: `gs://${name}`, selfLink: `https://storage/b/${name}` }),
  "gcp:storage/transferJob:TransferJob": (name) => ({ name: `transferJobs/${name}` }),
  "gcp:bigquery/dataTransferConfig:DataTransferConfig": (name, { location }) => ({
    name: `projects/1/locations/${location}/transferConfigs/${name}`,
  }),
  "gcp:monitoring/notificationChannel:NotificationChannel": (name) => ({
    name: `projects/${googleProject}/notificationChannels/${name}`,
  }),
  "gcp:monitoring/alertPolicy:AlertPolicy": (name) => ({ name: `projects/${googleProject}/alertPolicies/${name}` }),
  "gcp:projects/serviceIdentity:ServiceIdentity": (_, { service }) => {
    const email = `service-1@gcp-sa-${String(service).split(".")[0]}.iam.gserviceaccount.com`;
    return { email, member: `serviceAccount:${email}` };
  },
  "gcp:projects/iAMCustomRole:IAMCustomRole": (_, { roleId }) => ({
    name: `projects/${googleProject}/roles/${roleId}`,
  }),
  "gcp:serviceaccount/account:Account": (_, { accountId }) => {
    const email = `${accountId}@${googleProject}.iam.gserviceaccount.com`;
    return { email, name: `projects/${googleProject}/serviceAccounts/${email}`, member: `serviceAccount:${email}` };
  },
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": (_, { workloadIdentityPoolId }) => ({
    name: `${identityPools}/${workloadIdentityPoolId}`,
  }),
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": (_, inputs) => ({
    name: `${identityPools}/${inputs.workloadIdentityPoolId}/providers/${inputs.workloadIdentityPoolProviderId}`,
  }),
  "gcp:pubsub/topic:Topic": (name) => ({ name, id: `projects/${googleProject}/topics/${name}` }),
};

/** The answers to the program's invokes, by token. */
const answers: Readonly<Record<string, Fields>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": {
    accountId: account,
    arn: `arn:aws:iam::${account}:root`,
    userId: account,
    id: account,
  },
  "aws:index/getRegion:getRegion": { region, name: region, id: region, description: region },
  "aws:index/getPartition:getPartition": { partition: "aws", dnsSuffix: "amazonaws.com", id: "aws" },
  "aws:iot/getEndpoint:getEndpoint": { endpointAddress: `local-ats.iot.${region}.amazonaws.com`, id: "local" },
  "gcp:storage/getTransferProjectServiceAccount:getTransferProjectServiceAccount": {
    email: `project-1@storage-transfer-service.iam.gserviceaccount.com`,
    member: `serviceAccount:project-1@storage-transfer-service.iam.gserviceaccount.com`,
    subjectId: "100000000000000000001",
    project: googleProject,
    id: googleProject,
  },
  "gcp:storage/getProjectServiceAccount:getProjectServiceAccount": {
    emailAddress: `service-1@gs-project-accounts.iam.gserviceaccount.com`,
    member: `serviceAccount:service-1@gs-project-accounts.iam.gserviceaccount.com`,
    project: googleProject,
    id: googleProject,
  },
  "gcp:organizations/getProject:getProject": { projectId: googleProject, number: "1", id: googleProject },
  "gcp:organizations/getClientConfig:getClientConfig": { project: googleProject, region: "europe-west3", id: "local" },
};

/** Where a resource takes its physical name from, before it falls back to the logical one. */
const physicalName = z.object({ name: z.string().optional(), bucket: z.string().optional() });

export function computeFields(type: string, logicalName: string, inputs: Fields): { id: string; state: Fields } {
  const given = physicalName.safeParse(inputs).data;
  const name = (type.startsWith("aws:s3/bucket:") ? given?.bucket : given?.name) ?? logicalName;
  const fields = computed[type]?.(name, inputs) ?? { name };
  const id = typeof fields.id === "string" ? fields.id : name;
  return { id, state: { ...inputs, ...fields } };
}

export function answerInvoke(token: string): Fields {
  const answer = answers[token];
  if (!answer)
    throw new Error(`The program asks ${token}, which has no local answer; add one in local/program/computed.ts.`);
  return answer;
}
