/** `wattlake:audit`: what is recorded of who did what, in both clouds. */
import { about, block, days, trueOrFalse } from "./kinds";

export function auditSchema() {
  return block({
    trail: trueOrFalse()
      .meta(
        about(
          "A trail of CloudTrail: each call that changes or reads settings, of all regions, into a bucket of its own. The first trail of an account costs nothing but its storage, some cents.",
          true,
        ),
      )
      .default(false),
    lakeEvents: trueOrFalse()
      .meta(
        about(
          "The trail also has each call on an object of the lake: 0.10 USD for 100,000, and `ingest.delivery: direct` makes more than that in a day.",
          false,
        ),
      )
      .default(false),
    keepDays: days(30, 3650).meta(about("How long the trail's files are kept.", 365)).default(365),
    accessAnalyzer: trueOrFalse()
      .meta(
        about(
          "IAM Access Analyzer tells of what can be reached from outside of the account. It costs nothing; an account may have one a region, so one stack of it at most says so.",
          true,
        ),
      )
      .default(false),
    dataAccess: trueOrFalse()
      .meta(
        about(
          "Whether Google Cloud logs who read or wrote data in BigQuery and Cloud Storage, of the whole project. Who changed what it always logs. An entry for each object that a question opens: 50 GiB of logs a month are free, then $0.50 a GiB.",
          true,
        ),
      )
      .default(false),
  }).superRefine(({ trail, lakeEvents }, context) => {
    if (lakeEvents && !trail)
      context.addIssue({ code: "custom", path: ["lakeEvents"], message: "needs audit.trail, which records them" });
  });
}
