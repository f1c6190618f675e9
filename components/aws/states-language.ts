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

type States = Record<string, object>;

/**
 * A distributed map: each item, or batch of items, is an execution of its own, so neither the size of the list nor the
 * history grows with it. A child is a standard execution: an express one ends after five minutes.
 */
const distributed = (fields: object, startAt: string, states: States) => ({
  Type: "Map",
  ...fields,
  MaxConcurrency: maxConcurrency,
  ItemProcessor: {
    ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
    StartAt: startAt,
    States: states,
  },
});

/** What a child that failed leaves: an item with `Error`. */
const failedItem = { Type: "Pass", Parameters: { "Error.$": "$.failure.Error" }, End: true };

/** A map over a short list of the state, a call an item; a failure becomes an item with `Error`. */
export function forEach(items: object, state: string, resource: pulumi.Input<string>) {
  const failed = `${state} failed`;
  return distributed(items, state, {
    [state]: { ...task(resource), ...failingInto("$.failure", failed), End: true },
    [failed]: failedItem,
  });
}

/** The items of a map: a JSON list in the lake, some to a child. */
export const itemsInLake = (bucket: pulumi.Input<string>, keyPath: string, batch: number) => ({
  ItemReader: {
    Resource: "arn:aws:states:::s3:getObject",
    ReaderConfig: { InputType: "JSON" },
    Parameters: { Bucket: bucket, "Key.$": keyPath },
  },
  // Of what a child may be given (256 KB) one batch takes no more than the half.
  ItemBatcher: { MaxItemsPerBatch: batch, MaxInputBytesPerBatch: 131_072 },
});

/**
 * A map over items in the lake, of which each batch goes through two calls. The second is made also where the first has
 * failed; what either failed with becomes an item with `Error`.
 */
export function forEachBatch(
  items: object,
  parameters: object,
  [first, firstResource]: readonly [string, pulumi.Input<string>],
  [second, secondResource]: readonly [string, pulumi.Input<string>],
) {
  const rest = `${second} the rest`;
  const failed = `${first} failed`;
  return distributed(items, first, {
    [first]: {
      ...task(firstResource),
      Parameters: parameters,
      ...failingInto("$.failure", rest),
      ResultPath: null,
      Next: second,
    },
    [second]: { ...task(secondResource), Parameters: parameters, ...failingInto("$.failure", failed), End: true },
    [rest]: {
      ...task(secondResource),
      Parameters: parameters,
      ...failingInto("$.second", failed),
      ResultPath: null,
      Next: failed,
    },
    [failed]: failedItem,
  });
}
