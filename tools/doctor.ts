/** `npm run doctor`: looks whether `npm run up` can succeed, and changes nothing. */
import { registerResources } from "../local/program/graph";
import { projectDirectory } from "../local/project";
import { type Arguments, readArguments, usage, wrongUsage } from "./doctor/arguments";
import { createAwsCalls } from "./doctor/calls/aws-calls";
import { createGoogleCalls } from "./doctor/calls/google-calls";
import { createPulumiCalls } from "./doctor/calls/pulumi-calls";
import { checks } from "./doctor/checks";
import { type Examined, examine, exitCodeOf } from "./doctor/examine";
import { linesOf, verdictOf } from "./doctor/report";

async function main({ stack, help }: Arguments): Promise<number> {
  if (help) {
    print(usage);
    return 0;
  }
  print(`The stack "${stack}", as Pulumi.${stack}.yaml has it. Nothing is changed.\n`);
  const patient = {
    stack,
    directory: projectDirectory,
    aws: createAwsCalls(),
    google: createGoogleCalls(),
    pulumi: createPulumiCalls(),
    environment: process.env,
    registerResources,
  };
  const all = await examine(checks, patient, (examined: Examined) => print(linesOf(examined).join("\n")));
  print(`\n${verdictOf(all)}`);
  return exitCodeOf(all);
}

const print = (text: string) => process.stdout.write(`${text}\n`);

function readOrExit(args: readonly string[]): Arguments {
  try {
    return readArguments(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(wrongUsage);
  }
}

main(readOrExit(process.argv.slice(2))).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(70);
  },
);
