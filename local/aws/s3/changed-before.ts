/** What a preview tells, before the program's registry takes the place of the former one: meters that would be in no view, days that lie elsewhere. */
import type { S3Client } from "@aws-sdk/client-s3";
import { makeLakeReader } from "../../../components/aws/lake-reader";
import { type ChangedDays, changedDays } from "../../../components/reference/changed-days";
import { channelsOf, forgottenChannels } from "../../../components/reference/forgotten-channels";
import { referenceKeys } from "../../../functions/lake/keys";
import type { Graph } from "../../program/graph";
import { programObjects } from "./bucket-objects";

export async function changedBefore(graph: Graph, s3: S3Client): Promise<ChangedDays> {
  const objects = programObjects(graph).map(({ inputs }) => inputs);
  const meters = objects.find(({ key }) => key === referenceKeys.meters);
  if (meters?.content === undefined) return { sentences: [], again: undefined };
  const lake = makeLakeReader(s3, meters.bucket);
  const zoneDays = objects.find(({ key }) => key === referenceKeys.zoneDays)?.content;
  const forgotten = await forgottenChannels(lake, channelsOf(meters.content));
  if (zoneDays === undefined) return { sentences: forgotten, again: undefined };
  const { sentences, again } = await changedDays(lake, { meters: meters.content, zoneDays });
  return { sentences: [...forgotten, ...sentences], again };
}
