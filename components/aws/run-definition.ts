/**
 * The state machine of a run: plan, collect hours, gather what they touched, compile and link its days, archive days,
 * commit; in Amazon States Language, JSONPath.
 *
 * The maps are distributed. What is bounded by the plan is in the state; what grows with the sites is in the lake, under
 * `runs/`, and goes to the functions in batches: so a run of 2,000 sites has the history of a run of one, and a home pays
 * for three transitions more than with maps in line, five cents a month.
 *
 * A failed hour, day or archive does not stop the others, nor the batches after it; but such a run never commits and
 * ends in Failed, so that the next one tries again. A backfill (its input has `from`) never commits.
 */
import type * as pulumi from "@pulumi/pulumi";
import {
  anyOf,
  choose,
  failingInto,
  forEach,
  forEachBatch,
  isPresent,
  itemsInLake,
  pass,
  task,
  when,
} from "./states-language";

/** ARNs of the functions that do the work. */
export interface RunFunctions {
  readonly planRun: pulumi.Input<string>;
  readonly collectHour: pulumi.Input<string>;
  readonly gatherDays: pulumi.Input<string>;
  readonly compileDay: pulumi.Input<string>;
  readonly linkDays: pulumi.Input<string>;
  readonly archiveDay: pulumi.Input<string>;
  readonly commitRun: pulumi.Input<string>;
}

/** Sites whose days one call compiles: some seconds each at most, of the 900 that a function has. */
const sitesOfBatch = 10;

/**
 * The definition, over the lake's bucket. Its input is `{}`, or `{from, to}` (UTC arrival hours, half-open) for a backfill; `now` (an instant)
 * stands for the time of the execution's start where somebody moves the clock.
 */
export function runDefinition(functions: RunFunctions, bucket: pulumi.Input<string>) {
  const days = { "siteDays.$": "$.Items[*].siteDays[*]" };
  return {
    Comment: "Raw messages to daily files, edges and archives",
    StartAt: "Request",
    States: {
      Request: pass({ Parameters: { "request.$": "$", collected: [], compiled: [], archived: [] } }, "Now?"),
      "Now?": choose("Now", when(isPresent("$.request.now"), "Plan")),
      Now: pass({ InputPath: "$$.Execution.StartTime", ResultPath: "$.request.now" }, "Plan"),
      Plan: {
        ...task(functions.planRun),
        Parameters: { "request.$": "$.request", "run.$": "$$.Execution.Name" },
        ResultPath: "$.plan",
        Next: "Collect",
      },

      Collect: {
        ...forEach({ ItemsPath: "$.plan.parts" }, "CollectHour", functions.collectHour),
        ...failingInto("$.trouble", "Gather"),
        ResultPath: "$.collected",
        Next: "Gather",
      },
      Gather: {
        ...task(functions.gatherDays),
        ...failingInto("$.trouble", "Archive"),
        Parameters: { "work.$": "$.plan.work", "hours.$": "$.plan.hours" },
        ResultPath: "$.touched",
        Next: "Touched?",
      },
      "Touched?": choose("Archive", when({ Variable: "$.touched.sites", NumericGreaterThan: 0 }, "Compile")),
      Compile: {
        ...forEachBatch(
          itemsInLake(bucket, "$.touched.items", sitesOfBatch),
          days,
          ["CompileDays", functions.compileDay],
          ["LinkDays", functions.linkDays],
        ),
        ...failingInto("$.trouble", "Archive"),
        ResultPath: "$.compiled",
        Next: "Archive",
      },
      Archive: {
        ...forEach(
          { ItemsPath: "$.plan.archiveDates", ItemSelector: { "date.$": "$$.Map.Item.Value" } },
          "ArchiveDay",
          functions.archiveDay,
        ),
        ...failingInto("$.trouble", "Failures"),
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
            isPresent("$.touched.failed[0]"),
            isPresent("$.trouble"),
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
