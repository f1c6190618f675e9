/** A batch of a queue as the event that a function gets, and what the function's answer says of its messages. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { region } from "../../program/computed";
import type { Received } from "../sqs";

const reported = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/** The messages that the function has dealt with. @throws where its answer is none that Lambda accepts. */
export function succeeded(batch: readonly Received[], result: unknown): readonly Received[] {
  const failed = reported.parse(result)?.batchItemFailures ?? [];
  for (const { itemIdentifier } of failed)
    if (!batch.some(({ messageId }) => messageId === itemIdentifier))
      throw new Error(`the function reports the failure of ${itemIdentifier}, which it was not given.`);
  return batch.filter(({ messageId }) => !failed.some(({ itemIdentifier }) => itemIdentifier === messageId));
}

export const eventOf = (eventSourceARN: string, batch: readonly Received[]) => ({
  Records: batch.map(({ messageId, body, sentAt, receiveCount }) => ({
    messageId,
    receiptHandle: `${messageId}#${receiveCount}`,
    body,
    attributes: { ApproximateReceiveCount: String(receiveCount), SentTimestamp: String(sentAt) },
    messageAttributes: {},
    md5OfBody: createHash("md5").update(body).digest("hex"),
    eventSource: "aws:sqs",
    eventSourceARN,
    awsRegion: region,
  })),
});
