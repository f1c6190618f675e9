/** Carries out the `aws.iot.TopicRule`s of the graph on one message after the other. */
import { z } from "zod";
import type { Graph, Resource } from "../../../program/graph";
import { unitsOf } from "../../../usage";
import type { World } from "../../../world";
import type { S3Objects } from "../../s3";
import { type Action, type ActionTargets, makeActions } from "./rule-actions";
import { type Parsed, parseOnce } from "./rule-expression";
import type { Message } from "./rule-functions";
import { type CompiledRule, compileRule, matchesTopic } from "./rule-sql";

export interface TopicRules {
  /**
   * Runs every rule that takes the topic. Resolves once each has accepted the message, or its error action has, with
   * whether any rule took it; rejects where neither did, so that the message is not acknowledged and the device sends it
   * again.
   */
  handle(message: Message): Promise<"taken" | "untaken">;
  /** The topics that rules take. */
  readonly topicFilters: readonly string[];
  close(): void;
}

export interface TopicRulesOptions extends ActionTargets, Partial<Pick<World, "cloudWatch">> {
  readonly graph: Graph;
  /** What the service would only log: an action that failed, a rule that does not exist. */
  readonly onProblem: (problem: string) => void;
}

interface Rule {
  readonly name: string;
  readonly compiled: CompiledRule;
  readonly actions: readonly Action[];
  readonly errorAction: Action | undefined;
  /** Counts what the error action took, and what it did not. */
  readonly took: (messages: number) => void;
  readonly lost: (messages: number) => void;
}

const ruleInputs = z.looseObject({
  sql: z.string(),
  sqlVersion: z.literal("2016-03-23"),
  enabled: z.boolean(),
  errorAction: z.record(z.string(), z.unknown()).optional(),
});

const basicIngest = /^\$aws\/rules\/([^/]+)\/(.+)$/;

export function createTopicRules(options: TopicRulesOptions): TopicRules {
  const writers: S3Objects[] = [];
  const rules = options.graph
    .all("aws:iot/topicRule:TopicRule", ruleInputs)
    .filter(({ inputs }) => inputs.enabled)
    .map((resource) => createRule(resource, options, writers));

  return {
    async handle(message) {
      const [, direct, rest] = basicIngest.exec(message.topic) ?? [];
      if (direct === undefined || rest === undefined) {
        const taking = rules.filter(
          ({ compiled: { topicFilter } }) => topicFilter && matchesTopic(topicFilter, message.topic),
        );
        const parsed = parseOnce(message);
        const took = await Promise.all(taking.map((rule) => run(rule, parsed, options)));
        return took.includes(true) ? "taken" : "untaken";
      }
      const rule = rules.find(({ name }) => name === direct);
      if (!rule) options.onProblem(`RuleNotFound: ${message.topic} names no rule of the program.`);
      const took = rule && (await run(rule, parseOnce({ ...message, topic: rest }), options));
      return took ? "taken" : "untaken";
    },
    topicFilters: rules.flatMap(({ compiled: { topicFilter } }) => topicFilter ?? []),
    close() {
      for (const writer of writers) writer.close();
    },
  };
}

function createRule(
  { physicalName: name, arn: sourceArn, inputs }: Resource<z.infer<typeof ruleInputs>>,
  targets: TopicRulesOptions,
  writers: S3Objects[],
): Rule {
  const principal = { service: "iot.amazonaws.com", sourceArn };
  const [errorAction] = makeActions(name, inputs.errorAction ?? {}, principal, targets, writers);
  const counter = (metricName: string, action: Action | undefined) => {
    const dimensions = { RuleName: name, ActionType: action?.kind.replace(/Action$/, "") ?? "" };
    return targets.cloudWatch?.counter({ namespace: "AWS/IoT", metricName, dimensions }) ?? (() => undefined);
  };
  const actions = makeActions(name, inputs, principal, targets, writers).map((action) => {
    const succeeded = counter("Success", action);
    return {
      ...action,
      async deliver(...delivered: Parameters<Action["deliver"]>) {
        await action.deliver(...delivered);
        succeeded(1);
      },
    };
  });
  return {
    name,
    compiled: compileRule(inputs.sql),
    actions,
    errorAction,
    took: counter("ErrorActionSuccess", errorAction),
    lost: counter("ErrorActionFailure", errorAction),
  };
}

/** Resolves with whether the rule's SQL takes the message. */
async function run(
  { name, compiled, actions, errorAction, took, lost }: Rule,
  parsed: Parsed,
  { onProblem, usage }: Pick<TopicRulesOptions, "onProblem" | "usage">,
): Promise<boolean> {
  const { message } = parsed;
  usage?.count("iot_rule", unitsOf(message.payload.length), message.topic);
  const output = compiled.evaluate(parsed);
  if (output === undefined) return false;
  usage?.count("iot_action", actions.length * unitsOf(output.length), message.topic);
  const results = await Promise.allSettled(actions.map((action) => action.deliver(parsed, output)));
  const failures = results.flatMap((result, index) => {
    const action = actions[index];
    if (result.status === "fulfilled" || !action) return [];
    return [{ failedAction: action.kind, failedResource: action.resource, errorMessage: text(result.reason) }];
  });
  if (failures.length === 0) return true;
  for (const { failedAction, failedResource, errorMessage } of failures)
    onProblem(`The rule ${name} failed at ${failedAction} ${failedResource}: ${errorMessage}`);
  if (!errorAction) throw new Error(`The rule ${name} could not deliver a message of ${message.topic}.`);
  const report = {
    ruleName: name,
    topic: message.topic,
    cloudwatchTraceId: message.traceId,
    clientId: message.clientId,
    base64OriginalPayload: message.payload.toString("base64"),
    failures,
  };
  try {
    await errorAction.deliver(parsed, Buffer.from(JSON.stringify(report)));
    took(1);
  } catch (error) {
    lost(1);
    throw error;
  }
  return true;
}

const text = (reason: unknown) => (reason instanceof Error ? reason.message : String(reason));
