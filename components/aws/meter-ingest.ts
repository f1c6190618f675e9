/** Takes the meters' MQTT messages into the lake: a topic rule a Shelly generation, delivered buffered or one by one. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { prefixes } from "../../functions/lake/keys";
import { DeliveryStream } from "./delivery-stream";
import { type RuleKind, topicRuleName } from "./meter-gateway-things";
import { allow, createRole, policy, trustService } from "./policy";
import type { TelemetryLake } from "./telemetry-lake";

/** Where topic rules send raw messages for the live path. */
export interface LiveQueue {
  readonly url: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
}

export interface MeterIngestArgs {
  readonly lake: TelemetryLake;
  /** `buffered` through Firehose, or `direct`: an object a message. */
  readonly delivery: "buffered" | "direct";
  /** Of a buffered delivery: an object is written when either is reached. */
  readonly bufferSeconds: number;
  readonly bufferMebibytes: number;
  /** The queue of the live path, where there is one. */
  readonly live: LiveQueue | undefined;
  /** Days that delivery errors stay in CloudWatch. */
  readonly logDays: number;
  readonly accountId: pulumi.Input<string>;
}

/**
 * What each generation sends, or a bridge has joined of it, as a raw line of the lake.
 *
 * Gen1 publishes a bare scalar, which only `decode(encode(*))` turns into JSON; its bytes are kept beside the value.
 */
const rules = {
  gen1: {
    description: "Shelly Gen1: a bare scalar a topic",
    sql:
      "SELECT decode(encode(*, 'base64'), 'base64') AS value, encode(*, 'base64') AS payload, topic(2) AS device, " +
      "cast(topic(4) AS Int) AS channel, topic(5) AS metric, timestamp() AS received_ms, traceid() AS trace_id " +
      "FROM 'shellies/+/emeter/+/+'",
  },
  gen2: {
    description: "Shelly Gen2 and later: JSON-RPC notifications",
    sql: "SELECT *, topic(1) AS device, timestamp() AS received_ms, traceid() AS trace_id FROM '+/events/rpc'",
  },
  // By Basic Ingest alone, so it listens to no topic. The rule names the meter: its bridge may publish for no other.
  joined: {
    description: "Several messages of a meter, joined by its bridge",
    sql: "SELECT *, topic(1) AS device, timestamp() AS received_ms, traceid() AS trace_id",
  },
} as const satisfies Record<RuleKind, { description: string; sql: string }>;

/** Substitution templates of IoT Core: when the rule ran (UTC), and a name that no other object has (`messageArrival` reads it). */
const utc = (pattern: string) => `\${parse_time('${pattern}', timestamp(), 'UTC')}`;
const objectName = `\${timestamp()}-\${newuuid()}.json`;

/** The topic rules with their delivery. What a rule cannot deliver goes to `errors/`, replayable. */
export class MeterIngest extends pulumi.ComponentResource {
  /** Physical names of the topic rules. */
  readonly ruleNames: Readonly<Record<RuleKind, pulumi.Output<string>>>;
  /** Physical name of the delivery stream of a buffered delivery. */
  readonly streamName: pulumi.Output<string> | undefined;
  /** The longest time that a message waits in a buffer, s. */
  readonly flushSeconds: number;

  constructor(name: string, args: MeterIngestArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:MeterIngest", name, {}, opts);
    const parent = this;
    const { lake } = args;

    const stream = args.delivery === "buffered" ? new DeliveryStream(`${name}-stream`, args, { parent }) : undefined;
    const { role, attached } = createIngestRole();

    this.ruleNames = {
      gen1: createRule("gen1").name,
      gen2: createRule("gen2").name,
      joined: createRule("joined").name,
    };
    this.streamName = stream?.streamName;
    this.flushSeconds = stream ? args.bufferSeconds : 0;
    this.registerOutputs({ ruleNames: this.ruleNames, flushSeconds: this.flushSeconds });

    function createIngestRole() {
      const trust = trustService("iot.amazonaws.com", args.accountId);
      const objects = (prefix: string) => pulumi.interpolate`${lake.bucketArn}/${prefix}*`;
      const deliver = stream
        ? allow(["firehose:PutRecord"], [stream.streamArn])
        : allow(["s3:PutObject"], [objects(prefixes.raw)]);
      const rights = policy(
        deliver,
        allow(["s3:PutObject"], [objects(prefixes.errors)]),
        ...(args.live ? [allow(["sqs:SendMessage"], [args.live.arn])] : []),
      );
      return createRole(name, { trust, rights }, parent);
    }

    function createRule(kind: RuleKind) {
      const action = { bucketName: lake.bucketName, roleArn: role.arn };
      const delivery = stream
        ? { firehoses: [{ deliveryStreamName: stream.streamName, roleArn: role.arn, separator: "\n" }] }
        : { s3: [{ ...action, key: `${prefixes.raw}date=${utc("yyyy-MM-dd")}/hour=${utc("HH")}/${objectName}` }] };
      const errorKey = `${prefixes.errors}rule=${kind}/date=${utc("yyyy-MM-dd")}/${objectName}`;
      return new aws.iot.TopicRule(
        `${name}-${kind}`,
        {
          ...rules[kind],
          name: topicRuleName(pulumi.getProject(), pulumi.getStack(), kind),
          enabled: true,
          sqlVersion: "2016-03-23",
          ...delivery,
          ...(args.live && { sqs: [{ queueUrl: args.live.url, roleArn: role.arn, useBase64: false }] }),
          errorAction: { s3: { ...action, key: errorKey } },
        },
        { parent, dependsOn: attached },
      );
    }
  }
}
