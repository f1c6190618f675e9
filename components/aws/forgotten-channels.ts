/** A preview tells what a change of the configuration does to the readings that the lake holds. */
import type * as pulumi from "@pulumi/pulumi";
import { changedDays, type ReferenceTexts } from "../reference/changed-days";
import { forgottenChannels, type LakeReader } from "../reference/forgotten-channels";
import type { RegistryLine } from "../reference/registry";

/** A reader that holds connections until it is closed. */
export type OpenedLake = LakeReader & { close(): void };

type Log = Pick<typeof pulumi.log, "warn" | "info">;

/** Warns with a sentence for each meter that the lake holds readings of and the configuration no longer has. */
export const tellForgottenChannels = (
  bucketName: pulumi.Output<string>,
  openLake: (bucket: string) => OpenedLake,
  registry: readonly RegistryLine[],
  log: Log,
): pulumi.Output<void> =>
  tell(bucketName, openLake, log, {
    ask: (lake) => forgottenChannels(lake, registry),
    what: "Whether the lake holds readings of meters that are not configured",
  });

/** Warns with a sentence for each change that puts days of the lake elsewhere, and what to do after the deployment. */
export const tellChangedDays = (
  bucketName: pulumi.Output<string>,
  openLake: (bucket: string) => OpenedLake,
  { stack, ...texts }: ReferenceTexts & { readonly stack: string },
  log: Log,
): pulumi.Output<void> =>
  tell(bucketName, openLake, log, {
    async ask(lake) {
      const { sentences, again } = await changedDays(lake, texts);
      if (again === undefined) return sentences;
      const command = `npm run backfill -- --stack ${stack} --from ${again.from} --to ${again.to} --archived`;
      return [
        ...sentences,
        `These days lose energy until they are compiled again. After npm run up: ${command} (docs/meters.md, section 6).`,
      ];
    },
    what: "Whether the lake holds days that this change puts elsewhere",
  });

/**
 * Resolves when all is told. Where there is no lake yet its name is not known, and there is nothing to tell. Whoever may
 * preview need not be allowed to read the lake: then it says so, and no more.
 */
function tell(
  bucketName: pulumi.Output<string>,
  openLake: (bucket: string) => OpenedLake,
  log: Log,
  { ask, what }: { readonly ask: (lake: LakeReader) => Promise<readonly string[]>; readonly what: string },
): pulumi.Output<void> {
  return bucketName.apply(async (bucket) => {
    const lake = openLake(bucket);
    try {
      for (const sentence of await ask(lake)) await log.warn(sentence);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await log.info(`${what} could not be read: ${reason}`);
    } finally {
      lake.close();
    }
  });
}
