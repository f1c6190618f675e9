/** An object server in a process of its own, for the tests that kill it. Its directory is the argument. */
import { startObjectServer } from "../../../../local/aws/s3/server";
import { bucket } from "./harness";

async function serve(directory: string | undefined): Promise<void> {
  if (!directory) throw new Error("serve.ts needs the directory");
  const server = await startObjectServer({ directory });
  server.createBucket(bucket);
  process.stdout.write(`${server.url}\n`);
}

void serve(process.argv[2]);
