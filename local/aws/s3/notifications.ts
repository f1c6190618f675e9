/** Carries out `aws.s3.BucketNotification`: an object that was created is told to the queues whose filters it passes. */
import { z } from "zod";
import { region } from "../../program/computed";
import type { Graph } from "../../program/graph";
import type { Queue } from "../sqs";
import type { ObjectCreated } from "./server";

const notificationInputs = z.object({
  bucket: z.string(),
  queues: z
    .array(
      z.object({
        queueArn: z.string(),
        events: z.array(z.string()),
        filterPrefix: z.string().default(""),
        filterSuffix: z.string().default(""),
      }),
    )
    .default([]),
  // Only queues are carried out: an event to anything else would be lost without a word.
  lambdaFunctions: z.tuple([]).optional(),
  topics: z.tuple([]).optional(),
});

const testEventSchema = z
  .object({ Service: z.literal("Amazon S3"), Event: z.literal("s3:TestEvent") })
  .transform(() => ({ Records: [] }));
const eventSchema = z.object({
  Records: z.array(
    z.object({ s3: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }) }),
  ),
});
const messageSchema = z.union([eventSchema, testEventSchema]);

/** The keys that a message of S3 to a queue tells of, none in a test event; they arrive URL-encoded with `+` for a space. */
export const createdKeys = (message: string): readonly string[] =>
  messageSchema
    .parse(JSON.parse(message))
    .Records.map(({ s3 }) => decodeURIComponent(s3.object.key.replaceAll("+", " ")));

/** Makes the listener for the S3 stand-in, and tests each queue as S3 does; `now` is the time of the event, ms. */
export function createNotifications(graph: Graph, queues: ReadonlyMap<string, Queue>, now: () => number) {
  const targets = graph
    .all("aws:s3/bucketNotification:BucketNotification", notificationInputs)
    .flatMap(({ name, inputs }) =>
      inputs.queues.map(({ queueArn, ...filter }) => {
        const queue = queues.get(queueArn);
        if (!queue)
          throw new Error(`The notification ${name} names a queue that the program does not have: ${queueArn}.`);
        return { bucket: inputs.bucket, queue, ...filter };
      }),
    );
  for (const { bucket, queue } of targets) queue.send(JSON.stringify(testEvent(bucket, now())));
  return ({ bucket, key, size, etag }: ObjectCreated): void => {
    for (const target of targets) {
      const { events, filterPrefix, filterSuffix, queue } = target;
      const wanted = events.some((event) => event === "s3:ObjectCreated:*" || event === "s3:ObjectCreated:Put");
      if (!wanted || target.bucket !== bucket || !key.startsWith(filterPrefix) || !key.endsWith(filterSuffix)) continue;
      queue.send(JSON.stringify(createdEvent(bucket, key, size, etag, now())));
    }
  };
}

/** What S3 sends to each destination when a notification is configured. */
const testEvent = (Bucket: string, now: number) => ({
  Service: "Amazon S3",
  Event: "s3:TestEvent",
  Time: new Date(now).toISOString(),
  Bucket,
});

/** As in a form: letters, digits, `.`, `-`, `*`, `_` and the slash stay, a space is a plus. */
const encodeKey = (key: string) =>
  encodeURIComponent(key)
    .replaceAll("%20", "+")
    .replaceAll("%2F", "/")
    .replaceAll(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const createdEvent = (bucket: string, key: string, size: number, eTag: string, now: number) => ({
  Records: [
    {
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: region,
      eventTime: new Date(now).toISOString(),
      eventName: "ObjectCreated:Put",
      s3: {
        bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
        object: { key: encodeKey(key), size, eTag },
      },
    },
  ],
});
