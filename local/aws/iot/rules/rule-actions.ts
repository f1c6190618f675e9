/** The actions of a topic rule, by the name of their field in `aws.iot.TopicRule`: how each delivers a message. */
import { z } from "zod";
import { unitBytes, unitsOf } from "../../../usage";
import type { World } from "../../../world";
import type { DeliveryStream } from "../../firehose";
import type { Principal } from "../../iam";
import { createS3Objects, type S3Objects } from "../../s3";
import type { Queue } from "../../sqs";
import type { Parsed } from "./rule-expression";
import { compileTemplate } from "./rule-sql";

export interface Action {
  /** As the error action names it: `S3Action`. */
  readonly kind: string;
  /** What it writes to: a bucket, a stream. */
  readonly resource: string;
  /** Resolves when the target has accepted the output. */
  deliver(parsed: Parsed, output: Buffer): Promise<void>;
}

export interface ActionTargets extends Pick<World, "identities" | "s3Endpoint" | "usage"> {
  readonly streams: readonly DeliveryStream[];
  /** By ARN. @default none */
  readonly queues?: ReadonlyMap<string, Queue>;
}

/** Makes an action from its inputs; the principal is the rule that takes the action's role. */
type MakeAction = (inputs: unknown, principal: Principal, targets: ActionTargets, writers: S3Objects[]) => Action;

const s3Inputs = z.object({ bucketName: z.string(), key: z.string(), roleArn: z.string() });
const firehoseInputs = z.object({
  deliveryStreamName: z.string(),
  roleArn: z.string(),
  separator: z.enum(["\n", "\t", "\r\n", ","]).optional(),
  batchMode: z.literal(false).optional(),
});

const sqsInputs = z.object({ queueUrl: z.string(), roleArn: z.string(), useBase64: z.boolean() });

const makeS3: MakeAction = (inputs, principal, { identities, s3Endpoint }, writers) => {
  const { bucketName, key, roleArn } = s3Inputs.parse(inputs);
  const keyOf = compileTemplate(key);
  const writer = createS3Objects(s3Endpoint, identities.assume(roleArn, principal));
  writers.push(writer);
  return {
    kind: "S3Action",
    resource: bucketName,
    deliver: (parsed, output) => writer.put(bucketName, keyOf(parsed), output),
  };
};

const makeFirehose: MakeAction = (inputs, principal, { identities, streams, usage }) => {
  const { deliveryStreamName, roleArn, separator = "" } = firehoseInputs.parse(inputs);
  const stream = streams.find(({ name }) => name === deliveryStreamName);
  if (!stream) throw new Error(`The program has no delivery stream ${deliveryStreamName}.`);
  return {
    kind: "FirehoseAction",
    resource: deliveryStreamName,
    async deliver({ message }, output) {
      identities.require(roleArn, principal, { action: "firehose:PutRecord", resource: stream.arn });
      const record = Buffer.concat([output, Buffer.from(separator)]);
      usage?.count("firehose_byte", unitsOf(record.length) * unitBytes, message.topic);
      await stream.put(record);
    },
  };
};

const makeSqs: MakeAction = (inputs, principal, { identities, queues = new Map<string, Queue>() }) => {
  const { queueUrl, roleArn, useBase64 } = sqsInputs.parse(inputs);
  const [account, name] = queueUrl.split("/").slice(-2);
  const queue = [...queues.values()].find(({ arn }) => arn.endsWith(`:${account}:${name}`));
  if (!queue) throw new Error(`The program has no queue ${queueUrl}.`);
  return {
    kind: "SqsAction",
    resource: queueUrl,
    async deliver(_, output) {
      identities.require(roleArn, principal, { action: "sqs:SendMessage", resource: queue.arn });
      queue.send(output.toString(useBase64 ? "base64" : "utf8"));
    },
  };
};

/** Field of the rule (a list of actions) or of its `errorAction` (one action) -> what carries it out. */
const makers: Readonly<Record<string, MakeAction>> = {
  s3: makeS3,
  firehoses: makeFirehose,
  firehose: makeFirehose,
  sqs: makeSqs,
};

/** Fields of a rule that are no actions. */
const otherFields = ["description", "enabled", "errorAction", "name", "region", "sql", "sqlVersion", "tags", "tagsAll"];

/** @throws an error naming the rule where an action's kind is not carried out locally, or its inputs are wrong. */
export function makeActions(
  rule: string,
  fields: Readonly<Record<string, unknown>>,
  principal: Principal,
  targets: ActionTargets,
  writers: S3Objects[],
): Action[] {
  return Object.entries(fields)
    .filter(([name, value]) => !otherFields.includes(name) && value !== undefined && value !== null)
    .flatMap(([name, value]) => {
      const make = makers[name];
      if (!make)
        throw new Error(
          `The rule ${rule} has the action "${name}", which is not carried out locally; known are ${Object.keys(makers).join(", ")}.`,
        );
      return [value].flat().map((inputs) => make(inputs, principal, targets, writers));
    });
}
