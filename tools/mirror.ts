/** `npm run mirror`: compares lake and mirror now, and copies what is missing; the schedule itself first does so a day after `up`. */
import { runProgram } from "./backfill/cloud";
import { readMirrorArguments, usage } from "./mirror/arguments";
import { readMirrorJob } from "./mirror/outputs";
import { cloudEndpoint, runTransferJob, signedIn } from "./mirror/run";

const print = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const { help, stack } = readMirrorArguments(process.argv.slice(2));
  if (help) return print(usage);
  const job = await readMirrorJob(stack, runProgram);
  const operation = await runTransferJob(await signedIn(), cloudEndpoint, job);
  print(`Storage Transfer compares lake and mirror: ${operation}. When it is done, and what it copied, says:`);
  print(`gcloud transfer operations describe ${operation} --project ${job.project}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
