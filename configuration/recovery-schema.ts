/** `wattlake:recovery`: copies of the lake beyond its own bucket. */
import { about, block, days, name, oneOf } from "./kinds";

export function recoverySchema() {
  return block({
    replica: block({
      region: name(/^[a-z]{2}(-[a-z]+)+-\d$/, 20, 'an AWS region, for example "eu-west-1"').meta(
        about("Where the copy is: another region than `aws:region`.", "eu-west-1"),
      ),
    })
      .meta(
        about(
          "A copy of `daily/`, `archive/`, `manifests/` and `reference/` in a second region; of a home some cents a month.",
          undefined,
          "no copy",
        ),
      )
      .optional(),
    backup: block({
      keepDays: days(7, 3650).meta(about("How long a recovery point is kept, and cannot be deleted.", 35)).default(35),
      lock: oneOf(["governance", "compliance"])
        .meta(
          about(
            "`governance`: who may administer the vault can take the lock away; `compliance`: three days later nobody can.",
            "governance",
          ),
        )
        .default("governance"),
    })
      .meta(
        about(
          "Daily recovery points of the whole lake in a locked vault of AWS Backup; about $0.05 a GB and month.",
          undefined,
          "none",
        ),
      )
      .optional(),
  });
}
