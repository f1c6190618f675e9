/**
 * The bench of `delivery: direct`: a day of raw objects of one message each, collected hour by hour and archived as
 * deployed, with the latency of a data centre for each request; then what one late object costs.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { rawHourPrefix, referenceKeys } from "../functions/lake/keys";
import { Store } from "../local/aws/s3/store";
import { type Measured, startFunctions, thousands } from "./functions";
import { rawLines, referenceFiles } from "./pipeline-input";

const date = "2025-06-01";
const hourText = (hour: number) => `${date}T${String(hour).padStart(2, "0")}`;
/** Of an invocation; a third of it is the bound. */
const lambdaSeconds = 900;

/** Messages of each hour, most in the evening: 1.6 times as many as on average at 18 o'clock, 0.4 times at 6. */
const share = (hour: number) => 1 + 0.6 * Math.cos(((hour - 18) / 12) * Math.PI);

/** Puts a day of single messages into the stand-in's folder. */
function fillDay(folder: string, bucket: string, objects: number): void {
  const store = new Store(folder);
  store.create(bucket, "", 0);
  const lake = store.bucket(bucket);
  let left = objects;
  for (let hour = 0; hour < 24; hour++) {
    const name = hourText(hour);
    const count = hour === 23 ? left : Math.round((objects / 24) * share(hour));
    left -= count;
    for (const { receivedMs, line } of rawLines(name, count)) {
      const body = Buffer.from(line);
      const draft = lake.draft();
      draft.write(body);
      const etag = createHash("md5").update(body).digest("hex");
      const object = { body: draft.id, size: body.length, etag, modified_ms: receivedMs, headers: {}, checksums: {} };
      lake.commit(`${rawHourPrefix(name)}${receivedMs}-${etag}.json`, draft, object, () => undefined);
    }
  }
  store.close();
}

const row = (what: string, { seconds, requests, peakMb }: Measured) =>
  `| ${what} | ${seconds.toFixed(1)} | ${thousands(requests)} | ${peakMb} |`;

export async function runDirectBench(): Promise<void> {
  const { values } = parseArgs({
    allowPositionals: true,
    options: { objects: { type: "string", default: "66000" }, latency: { type: "string", default: "15" } },
  });
  const objects = z.coerce.number().int().positive().parse(values.objects);
  const latencyMs = z.coerce.number().int().nonnegative().parse(values.latency);
  const directory = mkdtempSync(join(tmpdir(), "wattlake-bench-"));
  console.error(`Writing ${thousands(objects)} raw objects ...`);
  const functions = await startFunctions(directory, {
    latencyMs,
    fill: (folder, bucket) => fillDay(folder, bucket, objects),
  });
  try {
    const reference = referenceFiles();
    await functions.put(referenceKeys.meters, reference.meters);
    await functions.put(referenceKeys.zoneDays, reference.zoneDays);

    const hours: Measured[] = [];
    for (let hour = 0; hour < 24; hour++) hours.push(await functions.measure("collect-hour", { hour: hourText(hour) }));
    const largest = hours.reduce((most, each) => (each.requests > most.requests ? each : most));
    const again = await functions.measure("collect-hour", { hour: hourText(18) });
    const archive = await functions.measure("archive-day", { date });
    const unchanged = await functions.measure("archive-day", { date });
    await functions.put(`${rawHourPrefix(hourText(18))}late.json`, [...rawLines(hourText(18), 1)][0]?.line ?? "");
    const lateHour = await functions.measure("collect-hour", { hour: hourText(18) });
    const lateArchive = await functions.measure("archive-day", { date });
    const all = hours.reduce((sum, each) => ({
      seconds: sum.seconds + each.seconds,
      requests: sum.requests + each.requests,
      peakMb: Math.max(sum.peakMb, each.peakMb),
    }));

    console.log(
      [
        `${thousands(objects)} objects, ${latencyMs} ms a request; one after another the requests alone would take ` +
          `${thousands((objects * latencyMs) / 1000)} s:`,
        "",
        "| step | seconds | requests | peak memory, MB |",
        "|---|---|---|---|",
        row("collect, all 24 hours", all),
        row("collect, the largest hour", largest),
        row("collect an hour that is unchanged", again),
        row("archive the day", archive),
        row("archive a day that is unchanged", unchanged),
        row("collect the largest hour after a late object", lateHour),
        row("archive the day after a late object", lateArchive),
      ].join("\n"),
    );
    if (Math.max(largest.seconds, archive.seconds) > lambdaSeconds / 3) process.exitCode = 1;
  } finally {
    await functions.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
