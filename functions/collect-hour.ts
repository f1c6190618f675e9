/**
 * `collect-hour`: turns the raw messages of one arrival hour into staged readings, a file for each local day of each
 * site that they belong to. What cannot be understood goes to `quarantine/` with its reason and its original bytes.
 *
 * Collecting again reads nothing where the hour's raw objects and the registry are the same, and writes nothing where
 * the result is.
 */
import { z } from "zod";
import { makeAhead } from "./lake/ahead";
import {
  formerHourManifestKey,
  hourManifestKey,
  quarantineKey,
  rawHourPrefix,
  restoredKey,
  siteDaySchema,
  siteDayText,
  stagedKey,
} from "./lake/keys";
import { makeLineReader } from "./lake/lines";
import { type HourManifest, hourManifestSchema, sameInputs } from "./lake/manifest";
import { makeReference } from "./lake/reference";
import type { Registry } from "./lake/registry";
import { makeScratch, type Scratch } from "./lake/spool";
import { type LakeObject, makeLakeStore } from "./lake/store";
import { logUnit } from "./log";
import { makeHourTally } from "./readings/hour-tally";
import { makeRows } from "./readings/rows";
import { makeShellyParser } from "./readings/shelly";
import { makeSorter } from "./readings/sorter";

export interface CollectedHour {
  hour: string;
  /** The site-days that hold readings of the hour, as `site/date`. */
  siteDays: string[];
}

export function makeCollectHour() {
  const lake = makeLakeStore();
  const reference = makeReference(lake);
  const ahead = makeAhead();
  const reader = makeLineReader();
  const parseLine = makeShellyParser();
  const manifestSchema = hourManifestSchema();
  const daySchema = siteDaySchema();
  const eventSchema = z.object({ hour: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d$/) });

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

  async function collect(hour: string, objects: LakeObject[], registry: Registry, scratch: Scratch) {
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
        for await (const batch of reader.ofBytes(bytes)) {
          for (const text of batch) {
            const waiting = takeLine(text);
            if (waiting) await waiting;
          }
        }
      } catch (error) {
        // What the object still gave before it broke is kept; the rest is one message that cannot be read.
        const damage = zlibError.safeParse(error);
        if (!damage.success) throw error;
        tally.messages++;
        await tally.quarantineObject(object, bytes, damage.data.message);
      }
    }
    return { tally, sorter, rows };
  }

  async function stage(
    hour: string,
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
      if (!outputs.some((output) => siteDayText(output) === name)) await closeDay(openDay(name));
    }
    return outputs.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  return async function collectHour(event: unknown): Promise<CollectedHour> {
    const { hour } = eventSchema.parse(event);
    const manifestKey = await manifestKeyOf(hour);
    const [objects, earlier, version] = await Promise.all([
      lake.list(rawHourPrefix(hour)),
      lake.getJson(manifestKey, manifestSchema),
      reference.version(),
    ]);
    if (earlier && earlier.reference === version && sameInputs(earlier.inputs, objects)) {
      logUnit("collect-hour", { hour, unchanged: true });
      return { hour, siteDays: siteDaysOf(earlier) };
    }
    if (earlier) refuseToShrink(hour, earlier, objects);

    const scratch = makeScratch();
    try {
      const collected = await collect(hour, objects, await reference.registry(version), scratch);
      const outputs = await stage(hour, collected, earlier, isRestored(hour, objects), scratch);
      const quarantined = await collected.tally.closeQuarantine();
      if (quarantined && quarantined.sha256 !== earlier?.quarantine_sha256) {
        await lake.putFile(quarantineKey(hour), quarantined, "application/gzip");
      }
      const manifest = collected.tally.manifest({
        reference: version,
        inputs: objects.map(({ key, etag }) => ({ key, etag })),
        outputs,
        quarantine_sha256: quarantined?.sha256 ?? null,
      });
      await lake.putText(manifestKey, `${JSON.stringify(manifest)}\n`, "application/json");
      const { inputs, outputs: written, quarantine, examples, ...counts } = manifest;
      // An alarm reads it.
      const quarantinedPercent = counts.messages === 0 ? 0 : (100 * counts.quarantined) / counts.messages;
      const siteDays = written.length;
      logUnit("collect-hour", { ...counts, quarantinedPercent, objects: inputs.length, siteDays, quarantine });
      return { hour, siteDays: siteDaysOf(manifest) };
    } finally {
      scratch.dispose();
    }
  };
}
