/** A preview tells of meters that the lake holds readings of and the configuration no longer has. */
import type * as pulumi from "@pulumi/pulumi";
import { forgottenChannels, type LakeReader } from "../reference/forgotten-channels";
import type { RegistryLine } from "../reference/registry";

/** A reader that holds connections until it is closed. */
export type OpenedLake = LakeReader & { close(): void };

/**
 * Warns with a sentence for each such meter; resolves when that is done. Where there is no lake yet its name is not known,
 * and there is nothing to tell. Whoever may preview need not be allowed to read the lake: then it says so, and no more.
 */
export function tellForgottenChannels(
  bucketName: pulumi.Output<string>,
  openLake: (bucket: string) => OpenedLake,
  registry: readonly RegistryLine[],
  log: Pick<typeof pulumi.log, "warn" | "info">,
): pulumi.Output<void> {
  return bucketName.apply(async (bucket) => {
    const lake = openLake(bucket);
    try {
      for (const sentence of await forgottenChannels(lake, registry)) await log.warn(sentence);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await log.info(`Whether the lake holds readings of meters that are not configured could not be read: ${reason}`);
    } finally {
      lake.close();
    }
  });
}
