/**
 * The state machine of a run: plan, collect hours, compile days, link days, archive days, commit; in Amazon States
 * Language, JSONPath, with inline maps only.
 *
 * A failed hour, day or archive does not stop the others, nor the batches after it; but such a run never commits and
 * ends in Failed, so that the next one tries again. A backfill (its input has `from`) never commits.
 */
import type * as pulumi from "@pulumi/pulumi";
import { anyOf, choose, failingInto, forEach, isPresent, pass, task, when } from "./states-language";

/** ARNs of the functions that do the work. */
export interface RunFunctions {
  readonly planRun: pulumi.Input<string>;
  readonly collectHour: pulumi.Input<string>;
  readonly compileDay: pulumi.Input<string>;
  readonly linkDays: pulumi.Input<string>;
  readonly archiveDay: pulumi.Input<string>;
  readonly commitRun: pulumi.Input<string>;
}

/**
 * The definition. Its input is `{}`, or `{from, to}` (UTC arrival hours, half-open) for a backfill; `now` (an instant)
 * stands for the time of the execution's start where somebody moves the clock.
 */
export function runDefinition(functions: RunFunctions) {
  return {
    Comment: "Raw messages to daily files, edges and archives",
    StartAt: "Request",
    States: {
      Request: pass({ Parameters: { "request.$": "$", linked: {}, compiled: [] } }, "Now?"),
      "Now?": choose("Now", when(isPresent("$.request.now"), "Plan")),
      Now: pass({ InputPath: "$$.Execution.StartTime", ResultPath: "$.request.now" }, "Plan"),
      Plan: { ...task(functions.planRun), InputPath: "$.request", ResultPath: "$.plan", Next: "Collect" },

      Collect: {
        ...forEach("$.plan.hours", "hour", "CollectHour", functions.collectHour, { siteDays: [] }),
        ResultPath: "$.collected",
        Next: "Touched",
      },
      Touched: pass(
        {
          Parameters: { "siteDays.$": "States.ArrayUnique($.collected[*].siteDays[*])" },
          ResultPath: "$.touched",
        },
        "Touched?",
      ),
      "Touched?": choose("Archive", when(isPresent("$.touched.siteDays[0]"), "Compile")),
      Compile: {
        ...forEach("$.touched.siteDays", "siteDay", "CompileDay", functions.compileDay),
        ResultPath: "$.compiled",
        Next: "Link",
      },
      Link: {
        ...task(functions.linkDays),
        ...failingInto("$.linked", "Archive"),
        InputPath: "$.touched",
        ResultPath: "$.linked",
        Next: "Archive",
      },
      Archive: {
        ...forEach("$.plan.archiveDates", "date", "ArchiveDay", functions.archiveDay),
        ResultPath: "$.archived",
        Next: "Failures",
      },

      Failures: pass(
        {
          Parameters: {
            "hours.$": "$.collected[*].Error",
            "days.$": "$.compiled[*].Error",
            "archives.$": "$.archived[*].Error",
          },
          ResultPath: "$.failures",
        },
        "Failures?",
      ),
      "Failures?": choose(
        "Commits?",
        when(
          anyOf(
            isPresent("$.failures.hours[0]"),
            isPresent("$.failures.days[0]"),
            isPresent("$.linked.Error"),
            isPresent("$.failures.archives[0]"),
          ),
          "Note failures",
        ),
      ),
      "Note failures": pass({ Result: true, ResultPath: "$.failed" }, "More?"),
      "Commits?": choose("Commit", when(anyOf(isPresent("$.request.from"), isPresent("$.failed")), "More?")),
      Commit: {
        ...task(functions.commitRun),
        Parameters: { "next.$": "$.plan.next" },
        ResultPath: "$.committed",
        Next: "More?",
      },
      "More?": choose(
        "Done",
        when({ Variable: "$.plan.more", BooleanEquals: true }, "Advance"),
        when(isPresent("$.failed"), "Failed"),
      ),
      Advance: pass({ InputPath: "$.plan.next", ResultPath: "$.request.after" }, "Plan"),
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
