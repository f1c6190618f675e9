/** `npm run dashboard`: the page over a running `npm start`, over what it left in its state folder, or over a stack's BigQuery. */
import { serveDashboard } from "../dashboard/server";
import { openInBrowser } from "../dashboard/server/browser";
import { passwordFor, readArguments, usage } from "./dashboard/arguments";
import { catalogAt, openSource } from "./query/sources";

const print = (text: string) => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    print(usage);
    return;
  }
  const password = passwordFor(args, process.env);
  const source = await openSource(args, args["max-bytes"]);
  const dashboard = await serveDashboard({
    source,
    catalog: catalogAt(args),
    now: Date.now,
    // Each question of BigQuery is billed.
    livePauseMs: args.stack === undefined ? 1000 : 60_000,
    ...{ host: args.host, port: args.port, password },
  });
  print(`${dashboard.url}\n${source.about}`);
  if (password !== undefined)
    print(
      "Whoever reaches this address and has the password sees your figures. It travels unencrypted: keep to networks that you trust.",
    );
  if (args.open) openInBrowser(dashboard.url);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await dashboard.close();
  source.close();
}

main().catch((error: unknown) => {
  const isPlain = process.env.WATTLAKE_DEBUG !== "1" && error instanceof Error;
  process.stderr.write(`${isPlain ? error.message : error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
