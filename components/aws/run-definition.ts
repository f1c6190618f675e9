/**
 * The state machine of a run: plan, collect hours, compile days, link days, archive days, commit; in Amazon States
 * Language, JSONPath, with inline maps only.
 *
 * A failed hour, day or archive does not stop the others, nor the batches after it; but such a run never commits and
 * ends in Failed, so that the next one tries again. A backfill (its input has `from`) never commits.
 *
 * A path that matches nothing is an empty list on AWS and an error elsewhere. So whether anything was touched or failed
 * is looked up in the results' text, which is never absent: only a site-day has a "/", only a failure an "Error".
 */
import type * as pulumi from "@pulumi/pulumi";

/** ARNs of the functions that do the work. */
export interface RunFunctions {
  readonly planRun: pulumi.Input<string>;
  readonly collectHour: pulumi.Input<string>;
  readonly compileDay: pulumi.Input<string>;
  readonly linkDays: pulumi.Input<string>;
  readonly archiveDay: pulumi.Input<string>;
  readonly commitRun: pulumi.Input<string>;
}

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
    ],
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxAttempts: 5,
    JitterStrategy: "FULL",
  },
];

/**
 * The definition. Its input is `{}`, or `{from, to}` (UTC arrival hours, half-open) for a backfill; `now` (an instant)
 * stands for the time of the execution's start where somebody moves the clock.
 */
export function runDefinition(functions: RunFunctions) {
  return {
    Comment: "Raw messages to daily files, edges and archives",
    StartAt: "Request",
    States: {
      Request: { Type: "Pass", Parameters: { "request.$": "$", linked: {}, compiled: [] }, Next: "Now?" },
      "Now?": {
        Type: "Choice",
        Choices: [{ Variable: "$.request.now", IsPresent: true, Next: "Plan" }],
        Default: "Now",
      },
      Now: { Type: "Pass", InputPath: "$$.Execution.StartTime", ResultPath: "$.request.now", Next: "Plan" },
      Plan: {
        Type: "Task",
        Resource: functions.planRun,
        InputPath: "$.request",
        ResultPath: "$.plan",
        Retry: retry,
        Next: "Collect",
      },
      Collect: {
        ...forEach("$.plan.hours", "hour", "CollectHour", functions.collectHour, { siteDays: [] }),
        ResultPath: "$.collected",
        Next: "Describe collected",
      },
      "Describe collected": {
        Type: "Pass",
        Parameters: { "text.$": "States.JsonToString($.collected)" },
        ResultPath: "$.described",
        Next: "Touched?",
      },
      "Touched?": {
        Type: "Choice",
        Choices: [{ Variable: "$.described.text", StringMatches: "*/*", Next: "Touched" }],
        Default: "Archive",
      },
      Touched: {
        Type: "Pass",
        Parameters: { "siteDays.$": "States.ArrayUnique($.collected[*].siteDays[*])" },
        ResultPath: "$.touched",
        Next: "Compile",
      },
      Compile: {
        ...forEach("$.touched.siteDays", "siteDay", "CompileDay", functions.compileDay, {}),
        ResultPath: "$.compiled",
        Next: "Link",
      },
      Link: {
        Type: "Task",
        Resource: functions.linkDays,
        InputPath: "$.touched",
        ResultPath: "$.linked",
        Retry: retry,
        Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.linked", Next: "Archive" }],
        Next: "Archive",
      },
      Archive: {
        ...forEach("$.plan.archiveDates", "date", "ArchiveDay", functions.archiveDay, {}),
        ResultPath: "$.archived",
        Next: "Describe results",
      },
      "Describe results": {
        Type: "Pass",
        Parameters: {
          "text.$": "States.JsonToString(States.Array($.collected, $.compiled, $.linked, $.archived))",
        },
        ResultPath: "$.described",
        Next: "Failures?",
      },
      "Failures?": {
        Type: "Choice",
        Choices: [{ Variable: "$.described.text", StringMatches: '*"Error"*', Next: "Note failures" }],
        Default: "Commits?",
      },
      "Note failures": { Type: "Pass", Result: true, ResultPath: "$.failed", Next: "More?" },
      "Commits?": {
        Type: "Choice",
        Choices: [
          { Variable: "$.request.from", IsPresent: true, Next: "More?" },
          { Variable: "$.failed", IsPresent: true, Next: "More?" },
        ],
        Default: "Commit",
      },
      Commit: {
        Type: "Task",
        Resource: functions.commitRun,
        Parameters: { "next.$": "$.plan.next" },
        ResultPath: "$.committed",
        Retry: retry,
        Next: "More?",
      },
      "More?": {
        Type: "Choice",
        Choices: [
          { Variable: "$.plan.more", BooleanEquals: true, Next: "Advance" },
          { Variable: "$.failed", IsPresent: true, Next: "Failed" },
        ],
        Default: "Done",
      },
      Advance: { Type: "Pass", InputPath: "$.plan.next", ResultPath: "$.request.after", Next: "Plan" },
      Failed: {
        Type: "Fail",
        Error: "RunIncomplete",
        Cause:
          "Some hours, days or archives failed; each error is in the history of this execution. " +
          "The checkpoint stays before them, so the next run tries them again.",
      },
      Done: { Type: "Succeed" },
    },
  };
}

/** A map over a list of texts: each is given to the function as `{[key]: text}`; a failure becomes an item with `Error`. */
function forEach(
  items: string,
  key: string,
  state: string,
  resource: pulumi.Input<string>,
  onFailure: Record<string, unknown>,
) {
  const failed = `${state} failed`;
  return {
    Type: "Map",
    ItemsPath: items,
    ItemSelector: { [`${key}.$`]: "$$.Map.Item.Value" },
    MaxConcurrency: maxConcurrency,
    ItemProcessor: {
      ProcessorConfig: { Mode: "INLINE" },
      StartAt: state,
      States: {
        [state]: {
          Type: "Task",
          Resource: resource,
          Retry: retry,
          Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: failed }],
          End: true,
        },
        [failed]: {
          Type: "Pass",
          Parameters: { [`${key}.$`]: `$.${key}`, "Error.$": "$.failure.Error", ...onFailure },
          End: true,
        },
      },
    },
  };
}
