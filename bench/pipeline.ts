/**
 * The pipeline bench: `collect-hour` and `compile-day` as they are deployed (their archives, memory and roles out of the
 * program's graph, in child processes), beside a bare loop over the same bytes in the same run.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { rawHourPrefix, referenceKeys, siteDayText, stagedKey } from "../functions/lake/keys";
import { startFunctions, thousands } from "./functions";
import { denseDay, hour, rawObjects, referenceFiles, siteDay, stagedFiles } from "./pipeline-input";

const floorResult = z.object({ messages: z.int(), bytes: z.int(), ms: z.number() });

function runFloor(folder: string) {
  const output = execFileSync(process.execPath, ["--max-old-space-size=8192", join(__dirname, "floor.cjs"), folder]);
  return floorResult.parse(JSON.parse(output.toString()));
}

export async function runPipelineBench(): Promise<void> {
  const { values } = parseArgs({
    allowPositionals: true,
    options: { messages: { type: "string", default: "1000000" }, readings: { type: "string", default: "5000000" } },
  });
  const messages = z.coerce.number().int().positive().parse(values.messages);
  const readings = z.coerce.number().int().positive().parse(values.readings);
  const directory = mkdtempSync(join(tmpdir(), "wattlake-bench-"));
  const pipeline = await startFunctions(directory);
  try {
    const reference = referenceFiles();
    await pipeline.put(referenceKeys.meters, reference.meters);
    await pipeline.put(referenceKeys.zoneDays, reference.zoneDays);

    console.log(`Writing ${thousands(messages)} raw messages of one hour ...`);
    const rawFolder = join(directory, "raw");
    mkdirSync(rawFolder);
    let part = 0;
    for (const bytes of rawObjects(messages)) {
      const name = `${String(part++).padStart(4, "0")}.gz`;
      writeFileSync(join(rawFolder, name), bytes);
      await pipeline.put(`${rawHourPrefix(hour)}${name}`, bytes);
    }
    const floorBefore = runFloor(rawFolder);
    // Warm, as the floor is: it counts no start and no loading of modules either.
    await pipeline.measure("collect-hour", { hour: "2025-05-01T00" });
    await pipeline.measure("compile-day", { siteDay: "bench/2025-05-01" });
    const collect = await pipeline.measure("collect-hour", { hour });
    const compile = await pipeline.measure("compile-day", { siteDay });
    const seconds = collect.seconds + compile.seconds;
    // The faster of the loops before and after: a busy moment must not flatter.
    const floorAfter = runFloor(rawFolder);
    const floor = floorAfter.ms < floorBefore.ms ? floorAfter : floorBefore;

    console.log(`Writing ${thousands(readings)} staged readings of one day ...`);
    const { site, date } = denseDay;
    for (const staged of stagedFiles(readings)) await pipeline.put(stagedKey(site, date, staged.hour), staged.bytes);
    const dense = await pipeline.measure("compile-day", { siteDay: siteDayText(denseDay) });

    const share = floor.ms / 1000 / seconds;
    console.log(`
                                    seconds   per second   peak memory
floor (bare loop, same bytes)    ${(floor.ms / 1000).toFixed(2).padStart(10)} ${thousands((floor.messages / floor.ms) * 1000).padStart(12)}
collect-hour                     ${collect.seconds.toFixed(2).padStart(10)} ${thousands(floor.messages / collect.seconds).padStart(12)} ${collect.peakMb} MB
compile-day, of that hour        ${compile.seconds.toFixed(2).padStart(10)} ${thousands(floor.messages / compile.seconds).padStart(12)} ${compile.peakMb} MB
collect-hour + compile-day       ${seconds.toFixed(2).padStart(10)} ${thousands(floor.messages / seconds).padStart(12)}   ${share.toFixed(2)} of the floor's speed (target 0.5)
compile-day, ${thousands(readings).padEnd(10)} readings ${dense.seconds.toFixed(2).padStart(10)} ${thousands(readings / dense.seconds).padStart(12)} ${dense.peakMb} MB
`);
    if (share < 0.5 || Math.max(collect.peakMb, compile.peakMb, dense.peakMb) > 256) process.exitCode = 1;
  } finally {
    await pipeline.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
