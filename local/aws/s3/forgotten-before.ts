/** What a preview tells, before the program's registry takes the place of the former one: meters that would be in no view. */
import type { S3Client } from "@aws-sdk/client-s3";
import { makeLakeReader } from "../../../components/aws/lake-reader";
import { channelsOf, forgottenChannels } from "../../../components/reference/forgotten-channels";
import { referenceKeys } from "../../../functions/lake/keys";
import type { Graph } from "../../program/graph";
import { programObjects } from "./bucket-objects";

export async function forgottenBefore(graph: Graph, s3: S3Client): Promise<string[]> {
  const sentences: string[] = [];
  for (const { inputs } of programObjects(graph)) {
    if (inputs.key !== referenceKeys.meters || inputs.content === undefined) continue;
    sentences.push(...(await forgottenChannels(makeLakeReader(s3, inputs.bucket), channelsOf(inputs.content))));
  }
  return sentences;
}
