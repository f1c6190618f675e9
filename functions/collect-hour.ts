/**
 * `collect-hour`: turns the raw messages of one arrival hour into staged readings, a file for each local day of each
 * site that they belong to. What cannot be understood goes to `quarantine/` with its reason and its original bytes.
 *
 * Collecting again reads nothing where the hour's raw objects and the registry are the same, and writes nothing where
 * the result is.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { hourManifestKey, quarantineKey, rawHourPrefix, referenceKeys, stagedKey } from "./lake/keys";
import { makeLineReader } from "./lake/lines";
import { type HourManifest, hourManifestSchema, sameInputs } from "./lake/manifest";
import { makeRegistry } from "./lake/registry";
import { makeScratch, type Scratch } from "./lake/spool";
import { type LakeObject, makeLakeStore } from "./lake/store";
import { logUnit } from "./log";
import { makeHourTally } from "./readings/hour-tally";
import { makeRecords } from "./readings/record";
import { makeShellyParser } from "./readings/shelly";
import { makeSorters } from "./readings/sorter";

export interface CollectedHour {
  hour: string;
  /** The site-days that hold readings of the hour, as `site/date`. */
  siteDays: string[];
}

export function makeCollectHour() {
  const lake = makeLakeStore();
  const reader = makeLineReader();
  const records = makeRecords();
  const parseLine = makeShellyParser();
  const manifestSchema = hourManifestSchema();
  const eventSchema = z.object({ hour: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d$/) });

  /** Readings held in memory before sorted runs go to disk. */
  const budget = 60_000;
  /** What may be under way from S3 at once: many tiny objects, or a few large ones. */
  const ahead = { objects: 32, bytes: 24 * 1024 * 1024 };

  /** Gets objects in order, some ahead of the one in use. */
  async function* fetchAhead(objects: LakeObject[]): AsyncGenerator<{ object: LakeObject; bytes: Buffer }> {
    const queue: { object: LakeObject; bytes: Promise<Buffer> }[] = [];
    let size = 0;
    let next = 0;
    while (next < objects.length || queue.length > 0) {
      for (; next < objects.length; next++) {
        const object = objects[next] as LakeObject;
        if (queue.length > 0 && (queue.length >= ahead.objects || size + object.size > ahead.bytes)) break;
        const bytes = lake.getBytes(object.key);
        // A failure surfaces where the bytes are awaited, not here.
        bytes.catch(() => undefined);
        queue.push({ object, bytes });
        size += object.size;
      }
      const first = queue.shift();
      if (!first) return;
      yield { object: first.object, bytes: await first.bytes };
      size -= first.object.size;
    }
  }

  async function loadReference() {
    const [meters, siteDays] = await Promise.all([
      lake.getText(referenceKeys.meters),
      lake.getText(referenceKeys.siteDays),
    ]);
    const digest = createHash("sha256").update(meters).update("\0").update(siteDays).digest("hex");
    return { meters, siteDays, digest };
  }

  async function loadManifest(hour: string): Promise<HourManifest | undefined> {
    const key = hourManifestKey(hour);
    return (await lake.find(key)) ? manifestSchema.parse(JSON.parse(await lake.getText(key))) : undefined;
  }

  const siteDaysOf = (manifest: HourManifest) => manifest.outputs.map(({ site, date }) => `${site}/${date}`);

  /** An hour never shrinks: raw objects expire, what was collected from them stays. */
  function refuseToShrink(hour: string, earlier: HourManifest, objects: LakeObject[]): void {
    const present = new Set(objects.map(({ key }) => key));
    const gone = earlier.inputs.filter(({ key }) => !present.has(key));
    if (gone.length === 0) return;
    throw new Error(
      `${rawHourPrefix(hour)} has lost ${gone.length} of ${earlier.inputs.length} objects since it was collected ` +
        `(first: ${gone[0]?.key}); it cannot be collected again without them. Restore them from archive/ or earlier versions.`,
    );
  }

  async function collect(
    hour: string,
    objects: LakeObject[],
    reference: Awaited<ReturnType<typeof loadReference>>,
    scratch: Scratch,
  ) {
    const registry = makeRegistry(reference.meters, reference.siteDays);
    const tally = makeHourTally(hour, registry, scratch);
    const sorters = makeSorters(records, scratch, budget);
    const days = new Map<string, ReturnType<typeof sorters.open>>();
    const sorterOf = (site: string, date: string) => {
      const day = `${site}/${date}`;
      const sorter = days.get(day) ?? sorters.open();
      days.set(day, sorter);
      return sorter;
    };

    function takeLine(text: string): Promise<void> | undefined {
      const line = parseLine(text);
      tally.messages++;
      if (line.outcome === "ignored") return tally.ignore(line.reason);
      if (line.outcome === "quarantined") return tally.quarantine(text, line.reason, line.device, line.received);
      tally.fanOut(line.records.length - 1, line.unknownComponents);
      let waiting: Promise<void> | undefined;
      for (const record of line.records) {
        const found = registry.find(record.device, record.channel);
        if (found.known === "device") {
          tally.ignore("channel_not_configured");
          continue;
        }
        const date = found.known === "channel" ? found.place.localDate(record.ts) : undefined;
        if (found.known !== "channel" || date === undefined) {
          const reason = found.known === "channel" ? "outside_calendar" : "unknown_meter";
          waiting = tally.quarantine(text, reason, record.device, record.received) ?? waiting;
          continue;
        }
        waiting = sorterOf(found.place.site, date).push(record) ?? waiting;
      }
      return waiting;
    }

    for await (const { object, bytes } of fetchAhead(objects)) {
      try {
        for await (const batch of reader.ofBytes(bytes)) {
          for (const text of batch) {
            const waiting = takeLine(text);
            if (waiting) await waiting;
          }
        }
      } catch (error) {
        // What the object still gave before it broke is kept; the rest is one message that cannot be read.
        if (!(error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))) throw error;
        tally.messages++;
        await tally.quarantineObject(object, bytes, error.message);
      }
    }
    return { tally, days };
  }

  async function stage(
    hour: string,
    collected: Awaited<ReturnType<typeof collect>>,
    earlier: HourManifest | undefined,
    scratch: Scratch,
  ) {
    const { tally, days } = collected;
    // A day that an earlier registry put readings into and this one does not must not keep them.
    for (const day of earlier ? siteDaysOf(earlier) : [])
      if (!days.has(day)) days.set(day, makeSorters(records, scratch, 1).open());
    const outputs: HourManifest["outputs"] = [];
    for (const [day, sorter] of [...days].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const [site = "", date = ""] = day.split("/");
      const file = scratch.openLines(6);
      let messages = 0;
      let readings = 0;
      await sorter.drain((record) => {
        tally.stage(record, records.account(record));
        messages += record.messages;
        readings++;
        return file.line(records.toStagedLine(record));
      });
      const spooled = await file.close();
      const key = stagedKey(site, date, hour);
      const before = earlier?.outputs.find((output) => output.key === key);
      if (before?.sha256 !== spooled.sha256) await lake.putFile(key, spooled, "application/gzip");
      outputs.push({ key, site, date, messages, readings, sha256: spooled.sha256, bytes: spooled.bytes });
    }
    return outputs;
  }

  return async function collectHour(event: unknown): Promise<CollectedHour> {
    const { hour } = eventSchema.parse(event);
    const [objects, earlier, reference] = await Promise.all([
      lake.list(rawHourPrefix(hour)),
      loadManifest(hour),
      loadReference(),
    ]);
    if (earlier && earlier.reference === reference.digest && sameInputs(earlier.inputs, objects)) {
      logUnit("collect-hour", { hour, unchanged: true });
      return { hour, siteDays: siteDaysOf(earlier) };
    }
    if (earlier) refuseToShrink(hour, earlier, objects);

    const scratch = makeScratch();
    try {
      const collected = await collect(hour, objects, reference, scratch);
      const outputs = await stage(hour, collected, earlier, scratch);
      const quarantined = await collected.tally.closeQuarantine();
      if (quarantined && quarantined.sha256 !== earlier?.quarantine_sha256) {
        await lake.putFile(quarantineKey(hour), quarantined, "application/gzip");
      }
      const manifest = collected.tally.manifest({
        reference: reference.digest,
        inputs: objects.map(({ key, etag }) => ({ key, etag })),
        outputs,
        quarantine_sha256: quarantined?.sha256 ?? null,
      });
      await lake.putText(hourManifestKey(hour), `${JSON.stringify(manifest)}\n`, "application/json");
      const { inputs, outputs: written, quarantine, ...counts } = manifest;
      logUnit("collect-hour", { ...counts, objects: inputs.length, siteDays: written.length, quarantine });
      return { hour, siteDays: siteDaysOf(manifest) };
    } finally {
      scratch.dispose();
    }
  };
}
