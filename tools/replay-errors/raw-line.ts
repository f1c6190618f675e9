/**
 * What an object under `errors/` becomes: the raw line that its rule would have delivered, made by the rule's own SQL.
 *
 * AWS tells the message as it came (docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html) but not when;
 * the object's name does.
 */
import { z } from "zod";
import { messageArrival, rawHourPrefix } from "../../functions/lake/keys";
import { type CompiledRule, compileRule, parseOnce } from "../../local/aws/iot";
import type { Graph } from "../../local/program/graph";

export type Replay =
  | { outcome: "replay"; hour: string; key: string; line: Buffer }
  /** The lake has it; only another action failed. */
  | { outcome: "delivered" }
  | { outcome: "left"; reason: string };

const ruleInputs = z.looseObject({ name: z.string(), sql: z.string() });
const errorSchema = z.object({
  ruleName: z.string(),
  topic: z.string(),
  cloudwatchTraceId: z.string(),
  clientId: z.string().default(""),
  base64OriginalPayload: z.base64(),
  failures: z.array(z.object({ failedAction: z.string() })).min(1),
});

/** The live path's own action; every other one delivers into the lake. */
const isLive = ({ failedAction }: { failedAction: string }) => /^sqs/i.test(failedAction);
const basicIngest = /^\$aws\/rules\/[^/]+\//;

/** Reads error objects with the rules of the program. */
export function makeReplayer(graph: Graph): (key: string, text: string) => Replay {
  const rules = new Map<string, CompiledRule>(
    graph
      .all("aws:iot/topicRule:TopicRule", ruleInputs)
      .map(({ inputs: { name, sql } }) => [name, compileRule(sql)] as const),
  );
  const left = (reason: string): Replay => ({ outcome: "left", reason });

  return (key, text) => {
    const receivedAt = messageArrival(key);
    const error = errorSchema.safeParse(parseJson(text)).data;
    if (receivedAt === undefined || !error) return left("it is no message that a topic rule has put there");
    if (error.failures.every(isLive)) return { outcome: "delivered" };
    const rule = rules.get(error.ruleName);
    if (!rule) return left(`the stack has no topic rule ${error.ruleName}`);
    const line = rule.evaluate(
      parseOnce({
        topic: error.topic.replace(basicIngest, ""),
        payload: Buffer.from(error.base64OriginalPayload, "base64"),
        clientId: error.clientId,
        traceId: error.cloudwatchTraceId,
        receivedAt,
        newUuid: () => error.cloudwatchTraceId,
      }),
    );
    if (!line) return left(`the rule ${error.ruleName} does not take it`);
    const hour = new Date(receivedAt).toISOString().slice(0, 13);
    // The same error, the same key: however often it is replayed, it is there once.
    return { outcome: "replay", hour, key: `${rawHourPrefix(hour)}replayed-${key.split("/").at(-1)}`, line };
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
