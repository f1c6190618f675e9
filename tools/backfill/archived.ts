/** `--archived`: raw messages that have expired, from the archive; what lies in Glacier has to be asked for first. */
import type { S3Client } from "@aws-sdk/client-s3";
import { archiveKey } from "../../functions/lake/keys";
import { userError } from "../../local/session/options";
import { restoreRaw } from "../../local/session/restore-raw";

/** @throws a `UserError` with the commands that ask for days that lie in Glacier. */
export async function bringBack(
  s3: S3Client,
  bucket: string,
  from: string | undefined,
  to: string | undefined,
  print: (line: string) => void,
): Promise<void> {
  if (from === undefined || to === undefined) return;
  const { dates, frozen } = await restoreRaw(s3, bucket, from, to);
  if (dates.length > 0) print(`Raw messages of ${dates.join(", ")} are there again, from the archive.`);
  if (frozen.length > 0) throw userError(asking(bucket, frozen));
}

/** The commands that ask for archives that lie in Glacier. */
export const asking = (bucket: string, dates: readonly string[]) =>
  [
    "The archives of these days are in Glacier. Ask for them, which takes some hours and costs a little, then run this again:",
    ...dates.map(
      (date) =>
        `aws s3api restore-object --bucket ${bucket} --key ${archiveKey(date)} --restore-request '{"Days":7,"GlacierJobParameters":{"Tier":"Bulk"}}'`,
    ),
  ].join("\n");
