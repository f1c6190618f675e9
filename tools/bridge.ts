/** `npm run bridge`: carries the messages of a site's meters from mosquitto to IoT Core, joined by report. */
import { resolve } from "node:path";
import { readArguments, usage } from "./bridge/arguments";
import { startBridge } from "./bridge/bridge";
import { readSettings } from "./bridge/settings";
import { runTool } from "./command-line";

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args === undefined) {
    console.log(usage);
    return 0;
  }
  const folder = resolve(args.at);
  const bridge = startBridge({
    ...{ settings: readSettings(folder), folder },
    limits: { quietMs: args.quiet, longestMs: args.longest, maxBytes: args.size * 1024 },
    clock: { now: Date.now, steady: () => performance.now() },
    reportMs: 60_000,
    tell: (record) => console.log(JSON.stringify({ time: new Date().toISOString(), ...record })),
    pauseMs: { shortest: 2000, longest: 30_000 },
  });
  await new Promise<void>((stop) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop());
  });
  await bridge.stop();
  return 0;
}

runTool(main);
