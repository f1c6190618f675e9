/**
 * `compile-day`: merges the staged files of one local day of a site into its daily file, the record.
 *
 * A streaming merge of sorted files: its memory does not grow with the day. It writes only where the bytes change.
 */
import { z } from "zod";
import { sumOfBatch } from "./lake/batch";
import { dayManifestKey, readingsKey, siteDaySchema, siteDayText, stagedDayPrefix } from "./lake/keys";
import { type DayManifest, dayManifestSchema, sameInputs } from "./lake/manifest";
import { makeScratch, type Scratch } from "./lake/spool";
import { type LakeObject, makeLakeStore } from "./lake/store";
import { logUnit } from "./log";
import { makeDayTally } from "./readings/day-tally";
import { makeMerge } from "./readings/merge";
import { makeRows, type RowBlock } from "./readings/rows";

export interface CompiledDay {
  siteDay: string;
  changed: boolean;
}

/** Of a batch of days: how many have new bytes. */
export interface CompiledDays {
  changed: number;
}

export function makeCompileDay(within = "") {
  const lake = makeLakeStore(within);
  const manifestSchema = dayManifestSchema();
  const daySchema = siteDaySchema();
  const eventSchema = z.union([z.object({ siteDay: z.string() }), z.object({ siteDays: z.array(z.string()) })]);
  /** Staged files under way from S3 at once. */
  const downloads = 8;

  /** Brings all inputs to disk first: a merge reads them slowly, and S3 would close connections that idle. */
  async function download(keys: string[], scratch: Scratch): Promise<string[]> {
    const paths = keys.map(() => scratch.newPath());
    for (let i = 0; i < keys.length; i += downloads) {
      await Promise.all(keys.slice(i, i + downloads).map((key, j) => lake.getFile(key, paths[i + j] as string)));
    }
    return paths;
  }

  async function compile(siteDay: string, staged: LakeObject[], carriedFrom: string | undefined, scratch: Scratch) {
    // Rows of its own for each run: they number the channels that they meet.
    const rows = makeRows();
    const { openLines, merge } = makeMerge(rows);
    let messages = 0;
    let carried = 0;
    function readStaged(line: string, block: RowBlock, at: number): void {
      rows.fromStagedLine(line, block, at);
      messages += rows.account(block, at).messages;
    }
    function readDaily(line: string, block: RowBlock, at: number): void {
      rows.fromDailyLine(line, block, at);
      carried++;
    }
    const paths = await download(
      staged.map(({ key }) => key),
      scratch,
    );
    const cursors = await Promise.all(paths.map((path) => openLines(path, readStaged)));
    if (carriedFrom !== undefined) {
      const [path = ""] = await download([carriedFrom], scratch);
      cursors.push(await openLines(path, readDaily));
    }

    const tally = makeDayTally(siteDay, rows);
    const file = scratch.openLines(6);
    await merge(cursors, (block, at) => {
      tally.add(block, at);
      return file.line(rows.toDailyLine(block, at));
    });
    const spooled = await file.close();
    return { spooled, messages, carried, account: tally.close(messages, carried) };
  }

  async function compileOne(text: string): Promise<CompiledDay> {
    const { site, date } = daySchema.parse(text);
    const siteDay = siteDayText({ site, date });
    const key = readingsKey(site, date);
    const manifestKey = dayManifestKey(site, date);
    const [staged, earlier, daily] = await Promise.all([
      lake.list(stagedDayPrefix(site, date)),
      lake.getJson(manifestKey, manifestSchema),
      lake.find(key),
    ]);
    if (earlier && daily && sameInputs(earlier.inputs, staged)) {
      logUnit("compile-day", { siteDay, unchanged: true });
      return { siteDay, changed: false };
    }
    const present = new Set(staged.map((object) => object.key));
    const expired = earlier?.inputs.some((input) => !present.has(input.key)) ?? false;
    const carries = daily !== undefined && (expired || earlier?.carries === true);

    const scratch = makeScratch();
    try {
      const { spooled, messages, carried, account } = await compile(
        siteDay,
        staged,
        carries ? key : undefined,
        scratch,
      );
      const changed = !daily || earlier?.output.sha256 !== spooled.sha256;
      if (changed) await lake.replaceFile(key, spooled, "application/gzip", daily?.etag);
      const manifest: DayManifest = {
        messages,
        carried,
        readings: account.readings,
        merged: account.merged,
        duplicates: account.duplicates,
        conflicts: account.conflicts,
        carries,
        inputs: staged.map((object) => ({ key: object.key, etag: object.etag })),
        output: { key, sha256: spooled.sha256, bytes: spooled.bytes },
        channels: account.channels,
      };
      await lake.putText(manifestKey, `${JSON.stringify(manifest)}\n`, "application/json");
      const { channels, inputs, output, ...counts } = manifest;
      logUnit("compile-day", { siteDay, changed, ...counts, staged: inputs.length, bytes: output.bytes });
      return { siteDay, changed };
    } finally {
      scratch.dispose();
    }
  }

  async function compileAll(siteDays: string[]): Promise<CompiledDays> {
    const changedBy = async (siteDay: string) => ((await compileOne(siteDay)).changed ? 1 : 0);
    return { changed: await sumOfBatch(siteDays, (siteDay) => siteDay, changedBy) };
  }

  return async function compileDay(event: unknown): Promise<CompiledDay | CompiledDays> {
    const parsed = eventSchema.parse(event);
    return "siteDay" in parsed ? compileOne(parsed.siteDay) : compileAll(parsed.siteDays);
  };
}
