/** `npm run sign-in`: in a workflow run, gives the steps that follow the credentials of both clouds, without any stored key. */
import { appendFileSync, writeFileSync } from "node:fs";
import { readSignInArguments } from "./workflows/arguments";
import { signIn } from "./workflows/sign-in";

async function main(): Promise<void> {
  const { stack, access } = readSignInArguments(process.argv.slice(2));
  const variablesFile = process.env.GITHUB_ENV;
  if (variablesFile === undefined) throw new Error("GITHUB_ENV is not set: this command is for workflow runs.");
  const { secrets, variables, googleCredentials } = await signIn(stack, access, process.env);
  for (const secret of secrets) process.stdout.write(`::add-mask::${secret}\n`);
  writeFileSync(googleCredentials.path, googleCredentials.text, { mode: 0o600 });
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  appendFileSync(variablesFile, lines.join(""));
  process.stdout.write(`Signed in to both clouds for "${access}" of the stack "${stack}".\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
