/**
 * `collect-hour`: turns the raw messages of one arrival hour into staged readings, a file for each local day of each
 * site that they belong to. What cannot be understood goes to `quarantine/` with its reason and its original bytes.
 *
 * Collecting again reads nothing where the hour's raw objects and the registry are the same, and writes nothing where
 * the result is.
 *
 * A large hour is collected in parts: each reads all of it and takes the lines of its own sites. Then `gather-days` writes
 * the hour's one manifest, once all parts are there and their sums close.
 */
import { z } from "zod";
import { makeAhead } from "./lake/ahead";
import {
  collectedKey,
  formerHourManifestKey,
  hourManifestKey,
  hourObjectsKey,
  quarantineKey,
  quarantinePartKey,
  rawHourPrefix,
  restoredKey,
  siteDaySchema,
  siteDayText,
  stagedKey,
} from "./lake/keys";
import { type HourManifest, hourManifestSchema, sameInputs } from "./lake/manifest";
import { makeRawReader } from "./lake/raw-reader";
import { makeReference } from "./lake/reference";
import type { Registry } from "./lake/registry";
import { type Collected, type HourPart, hourObjectsSchema, hourPartSchema, partOf } from "./lake/run-work";
import { makeScratch, type Scratch } from "./lake/spool";
import { type LakeObject, makeLakeStore } from "./lake/store";
import { logUnit } from "./log";
import { makeHourTally } from "./readings/hour-tally";
import { makeLineOwner } from "./readings/line-owner";
import { makeRows } from "./readings/rows";
import { makeShellyParser } from "./readings/shelly";
import { makeSorter } from "./readings/sorter";

export interface CollectedHour {
  hour: string;
  /** The site-days that hold readings of the hour, as `site/date`; none where they are handed on in `runs/`. */
  siteDays: string[];
}

export function makeCollectHour(within = "") {
  const lake = makeLakeStore(within);
  const reference = makeReference(lake);
  const ahead = makeAhead();
  const messagesOf = makeRawReader();
  const parseLine = makeShellyParser();
  const manifestSchema = hourManifestSchema();
  const daySchema = siteDaySchema();
  const eventSchema = hourPartSchema();
  const objectsSchema = hourObjectsSchema();

  /** A global by a name of the factory's own, see docs/architecture.md, The serialized callbacks. */
  const absent = undefined;

  const zlibError = z.object({ code: z.string().startsWith("Z_"), message: z.string() });
  /** Messages held in memory (about 170 bytes each) before sorted runs go to disk. */
  const budget = 100_000;

  /** Where the hour's one manifest lies, or will lie. */
  const manifestKeyOf = async (hour: string) =>
    (await lake.find(formerHourManifestKey(hour))) ? formerHourManifestKey(hour) : hourManifestKey(hour);

  const siteDaysOf = (manifest: HourManifest) => manifest.outputs.map(siteDayText);

  /** Whether the hour has again what was archived of it. Then its staged files may have expired, too. */
  const isRestored = (hour: string, objects: LakeObject[]) => objects.some(({ key }) => key === restoredKey(hour));

  /** An hour never shrinks: raw objects expire, what was collected from them stays. */
  function refuseToShrink(hour: string, earlier: HourManifest, objects: LakeObject[]): void {
    const present = new Set(objects.map(({ key }) => key));
    const gone = earlier.inputs.filter(({ key }) => !present.has(key));
    if (gone.length === 0 || isRestored(hour, objects)) return;
    throw new Error(
      `${rawHourPrefix(hour)} has lost ${gone.length} of ${earlier.inputs.length} objects since it was collected ` +
        `(first: ${gone[0]?.key}); it cannot be collected again without them. Bring them back from archive/: npm run backfill -- --archived --from ${hour.slice(0, 10)} --to ${hour.slice(0, 10)}`,
    );
  }

  async function collect(
    { hour, part = 0, parts = 1 }: HourPart,
    objects: LakeObject[],
    registry: Registry,
    scratch: Scratch,
  ) {
    /** Messages of all parts. */
    let seen = 0;
    const ownerOf = parts > 1 ? makeLineOwner(registry, parts) : absent;
    const tally = makeHourTally(hour, registry, scratch);
    const rows = makeRows();
    const sorter = makeSorter(rows, scratch, budget);

    function takeLine(text: string): Promise<void> | undefined {
      const line = parseLine(text);
      tally.messages++;
      if (line.outcome === "ignored") return tally.ignore(line.reason, text);
      if (line.outcome === "quarantined") return tally.quarantine(text, line.reason, line.device, line.received);
      tally.fanOut(line.measurements.length - 1, line.unknownComponents);
      let waiting: Promise<void> | undefined;
      for (const measurement of line.measurements) {
        const placement = registry.place(measurement);
        if (placement.outcome === "placed") sorter.push(placement.siteDay, measurement);
        else if (placement.outcome === "ignored") tally.ignore(placement.reason, text);
        else {
          const { device, received } = measurement;
          waiting = tally.quarantine(text, placement.reason, device, received) ?? waiting;
        }
      }
      return waiting;
    }

    for await (const { object, loaded: bytes } of ahead(objects, ({ key }) => lake.getBytes(key))) {
      try {
        for await (const batch of messagesOf(bytes)) {
          for (const text of batch) {
            seen++;
            if (ownerOf && ownerOf(text) !== part) continue;
            const waiting = takeLine(text);
            if (waiting) await waiting;
          }
        }
      } catch (error) {
        // What the object still gave before it broke is kept; the rest is one message that cannot be read.
        const damage = zlibError.safeParse(error);
        if (!damage.success) throw error;
        seen++;
        // It is no line, so no part's own.
        if (part > 0) continue;
        tally.messages++;
        await tally.quarantineObject(object, bytes, damage.data.message);
      }
    }
    return { tally, sorter, rows, seen };
  }

  async function stage(
    { hour, part = 0, parts = 1 }: HourPart,
    { tally, sorter, rows }: Awaited<ReturnType<typeof collect>>,
    earlier: HourManifest | undefined,
    restored: boolean,
    scratch: Scratch,
  ) {
    const outputs: HourManifest["outputs"] = [];
    let day: { name: string; file: ReturnType<Scratch["openLines"]>; messages: number; readings: number } | undefined;
    const openDay = (name: string) => ({ name, file: scratch.openLines(1), messages: 0, readings: 0 });

    async function closeDay({ name, file, messages, readings }: NonNullable<typeof day>): Promise<void> {
      const spooled = await file.close();
      const { site, date } = daySchema.parse(name);
      if (partOf(site, parts) !== part)
        throw new Error(
          `collect-hour ${hour}: part ${part} of ${parts} took a line of the site ${site}, which is not its own`,
        );
      const key = stagedKey(site, date, hour);
      const before = earlier?.outputs.find((output) => output.key === key);
      if (restored || before?.sha256 !== spooled.sha256) await lake.putFile(key, spooled, "application/gzip");
      outputs.push({ key, site, date, messages, readings, sha256: spooled.sha256, bytes: spooled.bytes });
    }

    await sorter.drain((block, at) => {
      const { group } = rows.channelOf(block, at);
      const account = rows.account(block, at);
      tally.stage(account);
      const line = rows.toStagedLine(block, at);
      const finished = day && day.name !== group ? day : absent;
      if (!day || finished) day = openDay(group);
      day.messages += account.messages;
      day.readings++;
      const waiting = day.file.line(line);
      return finished ? closeDay(finished).then(() => waiting) : waiting;
    });
    if (day) await closeDay(day);
    // A day that an earlier registry put readings into and this one does not must not keep them.
    for (const name of earlier ? siteDaysOf(earlier) : []) {
      if (partOf(daySchema.parse(name).site, parts) !== part) continue;
      if (!outputs.some((output) => siteDayText(output) === name)) await closeDay(openDay(name));
    }
    return outputs.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Hands the result on, where there is somebody to take it. */
  async function handOn(
    { hour, work, part = 0, parts = 1 }: HourPart,
    result: Pick<Collected, "siteDays"> & Partial<Collected>,
  ) {
    if (work === undefined) return { hour, siteDays: result.siteDays };
    const collected: Collected = { hour, part, parts, seen: 0, manifest: null, quarantined: false, ...result };
    await lake.putText(collectedKey(work, hour, part), JSON.stringify(collected), "application/json");
    return { hour, siteDays: [] };
  }

  async function putManifest(manifestKey: string, manifest: HourManifest): Promise<void> {
    await lake.putText(manifestKey, `${JSON.stringify(manifest)}\n`, "application/json");
  }

  function log({ part, parts }: HourPart, manifest: HourManifest): void {
    const { inputs, outputs, quarantine, ...all } = manifest;
    const { examples, ...counts } = all;
    // An alarm reads it.
    const quarantinedPercent = counts.messages === 0 ? 0 : (100 * counts.quarantined) / counts.messages;
    const siteDays = outputs.length;
    logUnit("collect-hour", {
      ...counts,
      quarantinedPercent,
      part,
      parts,
      objects: inputs.length,
      siteDays,
      quarantine,
    });
  }

  return async function collectHour(event: unknown): Promise<CollectedHour> {
    const task = eventSchema.parse(event);
    const { hour, work, part = 0, parts = 1 } = task;
    const isSplit = work !== undefined && parts > 1;
    const manifestKey = await manifestKeyOf(hour);
    const [objects, earlier, version] = await Promise.all([
      isSplit
        ? lake.getText(hourObjectsKey(work, hour)).then((text) => objectsSchema.parse(JSON.parse(text)))
        : lake.list(rawHourPrefix(hour)),
      lake.getJson(manifestKey, manifestSchema),
      reference.version(),
    ]);
    if (earlier && earlier.reference === version && sameInputs(earlier.inputs, objects)) {
      logUnit("collect-hour", { hour, part: task.part, unchanged: true });
      return handOn(task, { siteDays: part === 0 ? siteDaysOf(earlier) : [] });
    }
    if (earlier) refuseToShrink(hour, earlier, objects);

    const scratch = makeScratch();
    try {
      const collected = await collect(task, objects, await reference.registry(version), scratch);
      const outputs = await stage(task, collected, earlier, isRestored(hour, objects), scratch);
      const quarantined = await collected.tally.closeQuarantine();
      if (quarantined && isSplit) {
        await lake.putFile(quarantinePartKey(work, hour, part), quarantined, "application/gzip");
      } else if (quarantined && quarantined.sha256 !== earlier?.quarantine_sha256) {
        await lake.putFile(quarantineKey(hour), quarantined, "application/gzip");
      }
      const manifest = collected.tally.manifest({
        reference: version,
        // Of parts the first tells them for all.
        inputs: part === 0 ? objects.map(({ key, etag }) => ({ key, etag })) : [],
        outputs,
        quarantine_sha256: quarantined?.sha256 ?? null,
      });
      log(task, manifest);
      const siteDays = siteDaysOf(manifest);
      if (isSplit)
        return await handOn(task, { siteDays, seen: collected.seen, manifest, quarantined: quarantined !== undefined });
      await putManifest(manifestKey, manifest);
      return await handOn(task, { siteDays });
    } finally {
      scratch.dispose();
    }
  };
}
