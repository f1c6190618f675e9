/**
 * The state machine of the recovery drill: pick a day, wait until its archives are out of Glacier, make it again in a scratch
 * prefix, compare; in Amazon States Language, JSONPath.
 */
import type * as pulumi from "@pulumi/pulumi";
import { choose, isPresent, pass, task, when } from "./states-language";

/** ARNs of the functions that do the work. */
export interface DrillFunctions {
  readonly drillPlan: pulumi.Input<string>;
  readonly drillDay: pulumi.Input<string>;
}

/** Between two looks whether an archive has come, s: it takes 5 to 12 hours. */
const lookS = 1800;
/** A drill that has not ended by then has failed, s. */
const longestS = 2 * 86_400;

/** Its input is `{}`, or `{siteDay}` for a certain day; `now` stands for the start of the execution. */
export function drillDefinition(functions: DrillFunctions) {
  return {
    Comment: "A day made again from the archive, and compared with the record",
    StartAt: "Request",
    TimeoutSeconds: longestS,
    States: {
      Request: pass({ Parameters: { "request.$": "$" } }, "Now?"),
      "Now?": choose("Now", when(isPresent("$.request.now"), "Pick")),
      Now: pass({ InputPath: "$$.Execution.StartTime", ResultPath: "$.request.now" }, "Pick"),
      Pick: { ...task(functions.drillPlan), InputPath: "$.request", ResultPath: "$.request", Next: "Readable?" },
      "Readable?": choose(
        "Drill",
        when({ Variable: "$.request.siteDay", IsNull: true }, "Nothing archived"),
        when({ Variable: "$.request.frozen", BooleanEquals: true }, "Thaw"),
      ),
      Thaw: { Type: "Wait", Seconds: lookS, Next: "Pick" },
      Drill: { ...task(functions.drillDay), InputPath: "$.request", ResultPath: "$.drilled", Next: "Passed?" },
      "Passed?": choose("Failed", when({ Variable: "$.drilled.passed", BooleanEquals: true }, "Done")),
      Failed: { Type: "Fail", Error: "DrillFailed", CausePath: "$.drilled.told" },
      "Nothing archived": { Type: "Succeed" },
      Done: { Type: "Succeed" },
    },
  };
}
