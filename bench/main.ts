/** `npm run bench -- <name>`: the measurements that the documentation quotes. Each prints its floor from the same run. */
import { parseArgs } from "node:util";
import { runLiveBench } from "./live";
import { runPipelineBench } from "./pipeline";

const benches: Record<string, { about: string; run(): Promise<void> }> = {
  pipeline: {
    about: "messages per second and peak memory of collect-hour and compile-day, as deployed",
    run: runPipelineBench,
  },
  live: {
    about: "a meter's publish to a query that sees it, at 1, 100 and 1,000 messages a second",
    run: runLiveBench,
  },
};

const usage = `Usage: npm run bench -- <name>

${Object.entries(benches)
  .map(([name, { about }]) => `  ${name.padEnd(10)} ${about}`)
  .join("\n")}
`;

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { help: { type: "boolean", short: "h", default: false } },
  });
  const [name] = positionals;
  const bench = name === undefined ? undefined : benches[name];
  if (values.help || !bench) {
    if (name !== undefined && !values.help) console.error(`There is no bench "${name}".\n`);
    console.log(usage);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  await bench.run();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
