/** Counts what became of the messages of an hour, keeps the ones that were not understood, and closes the sum. */
import type { HourManifest } from "../lake/manifest";
import type { Registry } from "../lake/registry";
import type { Scratch, SpooledFile } from "../lake/spool";
import type { LakeObject } from "../lake/store";
import type { Rows } from "./rows";

/** Starts the account of an arrival hour. */
export function makeHourTally(hour: string, registry: Registry, scratch: Scratch) {
  const ignored = new Map<string, number>();
  const examples = new Map<string, string>();
  const quarantine = new Map<string, HourManifest["quarantine"][number]>();
  let file: ReturnType<Scratch["openLines"]> | undefined;
  let fannedOut = 0;
  let unknownComponents = 0;
  let staged = 0;
  let merged = 0;
  let duplicates = 0;
  let conflicts = 0;
  let quarantined = 0;

  /** Keeps how the first line of a reason begins: a manifest must stay small. BigQuery takes no half of a character. */
  function exemplify(reason: string, line: string): void {
    if (!examples.has(reason)) examples.set(reason, line.slice(0, 300).replace(/[\ud800-\udbff]$/, ""));
  }

  function countQuarantined(reason: string, device: string | undefined, received: number | undefined): void {
    const calendar = device === undefined ? undefined : registry.calendarOf(device);
    const day = received === undefined ? undefined : calendar?.dayOf(received);
    const date = day?.date ?? hour.slice(0, 10);
    const row = { site: calendar?.site ?? null, date, device: device ?? null, reason, messages: 0 };
    const id = JSON.stringify(row);
    const counted = quarantine.get(id) ?? row;
    counted.messages++;
    quarantine.set(id, counted);
    quarantined++;
  }

  function keep(entry: Record<string, unknown>): Promise<void> | undefined {
    file ??= scratch.openLines(6);
    return file.line(JSON.stringify(entry));
  }

  const tally = {
    /** Messages read so far. */
    messages: 0,
    ignore(reason: string, line: string): undefined {
      exemplify(reason, line);
      ignored.set(reason, (ignored.get(reason) ?? 0) + 1);
    },
    /** A message that became several readings. */
    fanOut(extra: number, components: number): void {
      fannedOut += extra;
      unknownComponents += components;
    },
    /** Keeps a line as it was, with the reason. */
    quarantine(line: string, reason: string, device: string | undefined, received: number | undefined) {
      countQuarantined(reason, device, received);
      exemplify(reason, line);
      return keep({ reason, device, line });
    },
    /** Keeps an object whose bytes are not readable as lines, whole and in base64. */
    quarantineObject(object: LakeObject, bytes: Buffer, detail: string) {
      countQuarantined("corrupt_object", undefined, undefined);
      exemplify("corrupt_object", object.key);
      return keep({ reason: "corrupt_object", detail, key: object.key, bytes: bytes.toString("base64") });
    },
    stage(account: ReturnType<Rows["account"]>): void {
      staged++;
      merged += account.merged;
      duplicates += account.duplicates;
      if (account.conflict) conflicts++;
    },
    /** The quarantine file, if anything is in it. */
    closeQuarantine: async (): Promise<SpooledFile | undefined> => file?.close(),
    /** The hour's manifest. Throws where messages are unaccounted for: a bug, or a damaged run, must not pass for a result. */
    manifest(rest: Pick<HourManifest, "reference" | "inputs" | "outputs" | "quarantine_sha256">): HourManifest {
      const ignoredTotal = [...ignored.values()].reduce((sum, count) => sum + count, 0);
      const { messages } = tally;
      const accounted = staged + merged + duplicates + quarantined + ignoredTotal;
      if (messages + fannedOut !== accounted) {
        throw new Error(
          `collect-hour ${hour}: ${messages} messages (+${fannedOut} fanned out) but ${accounted} accounted for ` +
            `(${staged} staged, ${merged} merged, ${duplicates} duplicates, ${quarantined} quarantined, ${ignoredTotal} ignored)`,
        );
      }
      const byName = <T>(a: [string, T], b: [string, T]) => (a[0] < b[0] ? -1 : 1);
      return {
        hour,
        reference: rest.reference,
        messages,
        fanned_out: fannedOut,
        staged,
        merged,
        duplicates,
        conflicts,
        quarantined,
        ignored: [...ignored].sort(byName).map(([reason, count]) => ({ reason, messages: count })),
        examples: [...examples].sort(byName).map(([reason, line]) => ({ reason, line })),
        unknown_components: unknownComponents,
        inputs: rest.inputs,
        outputs: rest.outputs,
        quarantine: [...quarantine].sort(byName).map(([, row]) => row),
        quarantine_sha256: rest.quarantine_sha256,
      };
    },
  };
  return tally;
}
