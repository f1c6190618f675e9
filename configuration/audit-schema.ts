/** `wattlake:audit`: what is recorded of who did what. */
import { about, block, trueOrFalse } from "./kinds";

export function auditSchema() {
  return block({
    dataAccess: trueOrFalse()
      .meta(
        about(
          "Whether Google Cloud logs who read or wrote data in BigQuery and Cloud Storage, of the whole project. Who changed what it always logs. An entry for each object that a question opens: 50 GiB of logs a month are free, then $0.50 a GiB.",
          true,
        ),
      )
      .default(false),
  });
}
