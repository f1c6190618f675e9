/** How messages come into the lake, when they are computed, and how long copies are kept. */
import { z } from "zod";
import { crossCheckSchedule } from "./cross-checks";
import { about, block, days, name, oneOf, timeOfDay, trueOrFalse } from "./kinds";
import { duration, size } from "./quantities";
import { timeZone } from "./time-zones";
import { must, secretly } from "./wording";

export function ingestSchema() {
  return block({
    delivery: oneOf(["buffered", "direct"])
      .meta(
        about(
          "`buffered`: through Firehose, few large objects; `direct`: one object a message, at once and about five times as dear.",
          "buffered",
        ),
      )
      .default("buffered"),
    buffer: block({
      interval: duration("0 s", "900 s", "300 s")
        .meta(about("The longest time that a message waits.", "900 s"))
        .default("300 s"),
      size: size("1 MiB", "128 MiB").meta(about("The most that waits.", "5 MiB")).default("5 MiB"),
    })
      .meta(about("Firehose writes an object when either is reached."))
      .prefault({}),
    live: trueOrFalse()
      .meta(about("Whether readings are in BigQuery within seconds, beside the batch path.", true))
      .default(false),
  });
}

export function gatewaySchema() {
  const folder = "a folder, seen from the project's own";
  return block({
    requests: name(/^[^\p{Cc}\s]([^\p{Cc}\p{Zl}\p{Zp}]*[^\p{Cc}\s])?$/u, 255, folder)
      .meta(about("Where the meters' certificate requests lie; `npm run provision` writes them there.", "meters"))
      .default("meters"),
    bridge: oneOf(["mosquitto", "joining"])
      .meta(
        about(
          "What carries the meters that have `connection: bridge`. `mosquitto`: each message by itself. `joining`: `npm run bridge` beside mosquitto makes one message of each report, about a tenth of what is billed by message (docs/meters.md, section 4).",
          "joining",
        ),
      )
      .default("mosquitto"),
  });
}

export function aggregationSchema() {
  return block({
    schedule: oneOf(["hourly", "daily"])
      .meta(about("How often new readings become energy.", "daily"))
      .default("hourly"),
    at: timeOfDay()
      .meta(about("Local time of a daily run; an hourly one has none.", "05:00", "`04:00`, after any clock change"))
      .optional(),
    timezone: timeZone()
      .meta(about("Time zone of the schedule.", "Europe/Warsaw", "that of the first site"))
      .optional(),
  }).superRefine(crossCheckSchedule);
}

/** What CloudWatch accepts up to two years. */
const logRetentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

export function retentionSchema() {
  return block({
    rawDays: days(7, 3650)
      .meta(
        about(
          "Raw messages: once their archive is verified they only serve a repeated run. Before that they never go.",
          30,
        ),
      )
      .default(30),
    stagedDays: days(7, 3650).meta(about("Messages sorted by hour, between raw and daily files.", 30)).default(30),
    quarantineDays: days(30, 3650).meta(about("Messages that could not be used, with the reason.", 365)).default(365),
    dailyToInfrequentAccessDays: days(30, 3650)
      .meta(about("When daily files move to S3's Infrequent Access; they are kept for good.", 90))
      .default(90),
    logDays: z
      .literal(logRetentions, must(`a number of days CloudWatch knows: ${logRetentions.join(", ")}`))
      .meta(about("Logs of functions and runs.", 90))
      .default(30),
  });
}

export function alertsSchema() {
  return block({
    email: z
      .email(must("an e-mail address"))
      .meta(
        about(
          "Who is told when a run or a refresh failed, a run was missed, or the mirror falls behind; the address has to confirm once.",
          "you@example.org",
          "nobody",
        ),
      )
      .optional(),
    webhook: z
      .url({ protocol: /^https$/, ...secretly("an https address, as a secret") })
      .meta(
        about(
          "A web address that is told as well, with or without mails: Slack, Mattermost, ntfy, Home Assistant. Set it by `npm run pulumi -- config set --secret --path wattlake:alerts.webhook`, so that nobody reads it here (docs/operations.md).",
          "https://ntfy.example.org/my-home",
          "none",
        ),
      )
      .optional(),
    alarms: oneOf(["free", "all"])
      .meta(
        about(
          "`free`: those that a home has within what each AWS account has free; `all`: also those of docs/operations.md that cost 0.10 USD a month each.",
          "all",
        ),
      )
      .default("free"),
    logRuns: trueOrFalse()
      .meta(
        about(
          "Failures of runs go to a log as well, for which AWS asks for rights on all log deliveries of the account (docs/operations.md).",
          true,
        ),
      )
      .default(false),
    monthlyBudget: z
      .int(must("a whole number of dollars"))
      .min(1, must("a whole number of dollars, 1 or more"))
      .meta(
        about(
          "US dollars a month that AWS may charge the account before a mail says so; also when that is foreseen.",
          10,
          "no budget",
        ),
      )
      .optional(),
    billingAccount: name(/^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/, 20, 'an id like "012345-6789AB-CDEF01"')
      .meta(
        about(
          "The billing account of the Google Cloud project, for the same budget there, in the account's currency.",
          "012345-6789AB-CDEF01",
          "no budget at Google",
        ),
      )
      .optional(),
  }).superRefine(({ email, monthlyBudget, billingAccount }, context) => {
    const missing = (path: string, needs: string) =>
      context.addIssue({ code: "custom", path: [path], message: `needs ${needs}` });
    if (monthlyBudget !== undefined && email === undefined) missing("monthlyBudget", "alerts.email, who is told");
    if (billingAccount !== undefined && monthlyBudget === undefined) missing("billingAccount", "alerts.monthlyBudget");
  });
}
