/** The command line of `npm run rights`. */
import { parseArgs } from "node:util";
import { z } from "zod";

export const usage = `What who deploys may call, from the same rows as the roles of bootstrap/ and the inventory of docs/deploy.md.

  npm run rights                                            writes the inventory into docs/deploy.md
  npm run --silent rights -- aws --stack <name> --account <id>   prints the policy of a role, for aws iam put-role-policy
  npm run --silent rights -- aws-chosen ...                      the same for what a stack has only by choice, for aws iam create-policy
  npm run --silent rights -- google --stack <name>               prints a custom role, for gcloud iam roles create
  --help`;

const options = { stack: { type: "string" }, account: { type: "string" }, help: { type: "boolean" } } as const;

const stack = z.string("--stack is missing").regex(/^[\w.-]+$/, "--stack must be the name of a stack");
const account = z.string("--account is missing").regex(/^\d{12}$/, "--account must be the 12 digits of an AWS account");
const request = z.discriminatedUnion("what", [
  z.object({ what: z.literal(["aws", "aws-chosen"]), stack, account }),
  z.object({ what: z.literal("google"), stack }),
  z.object({ what: z.literal("page") }),
  z.object({ what: z.literal("help") }),
]);

/** @throws where an argument is unknown or missing. */
export function readArguments(args: readonly string[]): z.output<typeof request> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const parsed = request.safeParse({ ...values, what: values.help ? "help" : (positionals[0] ?? "page") });
  if (parsed.success) return parsed.data;
  throw new Error(`${parsed.error.issues.map(({ message }) => message).join("\n")}\n\n${usage}`);
}
