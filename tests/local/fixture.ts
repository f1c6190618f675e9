/** A small resource graph by hand: a lake, its ingest and the roles of both, for tests of single parts. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { createIdentities, type Identities } from "../../local/aws/iam/identity";
import { createS3Client } from "../../local/aws/s3/client";
import { type ObjectCreated, type ObjectServer, startObjectServer } from "../../local/aws/s3/server";
import { account } from "../../local/program/computed";
import { createGraph, type Graph, type Registered } from "../../local/program/graph";

export const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`;
export const streamArn = `arn:aws:firehose:eu-central-1:${account}:deliverystream/stream`;

export const resource = (type: string, name: string, inputs: unknown, state: Registered["state"] = {}): Registered => ({
  type,
  name,
  id: name,
  custom: true,
  inputs,
  state,
});

const document = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });

/** A role with its trust and rights. */
export function role(name: string, trust: object, ...rights: object[]): Registered[] {
  const assumeRolePolicy = document({ Effect: "Allow", Action: "sts:AssumeRole", ...trust });
  const policy = resource("aws:iam/rolePolicy:RolePolicy", `${name}-policy`, {
    role: name,
    policy: document(...rights),
  });
  return [
    resource("aws:iam/role:Role", name, { assumeRolePolicy }, { name, arn: roleArn(name) }),
    ...(rights.length > 0 ? [policy] : []),
  ];
}

export const service = (name: string) => ({ Principal: { Service: `${name}.amazonaws.com` } });
export const allow = (Action: string, Resource: string) => ({ Effect: "Allow", Action, Resource });

export const lake = resource("aws:s3/bucket:Bucket", "lake", {}, { bucket: "lake", arn: "arn:aws:s3:::lake" });

export const stream = (configuration: object = {}) =>
  resource(
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    "stream",
    {
      destination: "extended_s3",
      extendedS3Configuration: {
        bucketArn: "arn:aws:s3:::lake",
        roleArn: roleArn("firehose"),
        bufferingInterval: 300,
        bufferingSize: 1,
        compressionFormat: "GZIP",
        prefix: "raw/date=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/",
        ...configuration,
      },
    },
    { name: "stream", arn: streamArn },
  );

export const rule = (name: string, inputs: object) =>
  resource(
    "aws:iot/topicRule:TopicRule",
    name,
    { enabled: true, sqlVersion: "2016-03-23", ...inputs },
    { name, arn: `arn:aws:iot:eu-central-1:${account}:rule/${name}` },
  );

/** Roles as the program makes them for Firehose and IoT; `without` leaves the rights of a role out. */
export const ingestRoles = (without: readonly string[] = []) => [
  ...role(
    "firehose",
    service("firehose"),
    ...(without.includes("firehose") ? [] : [allow("s3:PutObject", "arn:aws:s3:::lake/raw/*")]),
  ),
  ...role(
    "iot",
    service("iot"),
    ...(without.includes("iot")
      ? []
      : [allow("firehose:PutRecord", streamArn), allow("s3:PutObject", "arn:aws:s3:::lake/raw/*")]),
    allow("s3:PutObject", "arn:aws:s3:::lake/errors/*"),
  ),
];

export interface Bench {
  readonly graph: Graph;
  readonly identities: Identities;
  readonly objects: ObjectServer;
  readonly directory: string;
  /** Keys of the lake in order, and the objects' bytes. */
  contents(): Promise<Map<string, Buffer>>;
  close(): Promise<void>;
}

/** An S3 stand-in that knows the roles of the graph. */
export async function startBench(
  resources: readonly Registered[],
  clock: () => number,
  onCreated?: (event: ObjectCreated) => void,
): Promise<Bench> {
  const graph = createGraph(resources);
  const identities = createIdentities(graph);
  const directory = mkdtempSync(join(tmpdir(), "wattlake-test-"));
  const { authorize, deployer } = identities;
  const objects = await startObjectServer({
    directory: join(directory, "s3"),
    clock,
    authorize,
    ...(onCreated && { onCreated }),
  });
  objects.createBucket("lake");
  const s3 = createS3Client(objects.url, deployer);
  return {
    graph,
    identities,
    objects,
    directory,
    async contents() {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "lake" }));
      const found = new Map<string, Buffer>();
      for (const { Key = "" } of Contents) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: "lake", Key }));
        found.set(Key, Buffer.from((await Body?.transformToByteArray()) ?? []));
      }
      return found;
    },
    async close() {
      s3.destroy();
      await objects.close();
      rmSync(directory, { recursive: true });
    },
  };
}
