/** What the state machine says again and again, in Amazon States Language (JSONPath): tasks, maps over tasks, choices. */
import type * as pulumi from "@pulumi/pulumi";

/** Functions of one map that run at once; a young AWS account has ten in all. */
const maxConcurrency = 5;

/** What passes by itself: trouble of Lambda, or of S3 after the SDK's own attempts. */
const retry = [
  {
    ErrorEquals: [
      "Lambda.ServiceException",
      "Lambda.AWSLambdaException",
      "Lambda.SdkClientException",
      "Lambda.ClientExecutionTimeoutException",
      "Lambda.TooManyRequestsException",
      "InternalError",
      "ServiceUnavailable",
      "SlowDown",
      "TimeoutError",
      // Another run replaced the day in between: the next attempt starts from what that one wrote.
      "PreconditionFailed",
      // Or was writing it all the while.
      "ConditionalRequestConflict",
    ],
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxAttempts: 5,
    JitterStrategy: "FULL",
  },
];

/** A call of a function, tried again where the trouble passes. */
export const task = (resource: pulumi.Input<string>) => ({ Type: "Task", Resource: resource, Retry: retry });

/** Whatever fails goes on at `next`, with `Error` and `Cause` at `path`. */
export const failingInto = (path: string, next: string) => ({
  Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: path, Next: next }],
});

export const pass = (fields: object, next: string) => ({ Type: "Pass", ...fields, Next: next });

/** The first choice that holds, otherwise `otherwise`. */
export const choose = (otherwise: string, ...choices: object[]) => ({
  Type: "Choice",
  Choices: choices,
  Default: otherwise,
});

export const when = (condition: object, next: string) => ({ ...condition, Next: next });

export const anyOf = (...conditions: object[]) => ({ Or: conditions });

export const isPresent = (variable: string) => ({ Variable: variable, IsPresent: true });

/** A map over a list of texts: each is given to the function as `{[key]: text}`; a failure becomes an item with `Error`. */
export function forEach(
  items: string,
  key: string,
  state: string,
  resource: pulumi.Input<string>,
  onFailure: object = {},
) {
  const failed = `${state} failed`;
  const marker = { [`${key}.$`]: `$.${key}`, "Error.$": "$.failure.Error", ...onFailure };
  return {
    Type: "Map",
    ItemsPath: items,
    ItemSelector: { [`${key}.$`]: "$$.Map.Item.Value" },
    MaxConcurrency: maxConcurrency,
    ItemProcessor: {
      ProcessorConfig: { Mode: "INLINE" },
      StartAt: state,
      States: {
        [state]: { ...task(resource), ...failingInto("$.failure", failed), End: true },
        [failed]: { Type: "Pass", Parameters: marker, End: true },
      },
    },
  };
}
