/** Evaluates IAM policy documents: explicit Deny first, then Allow, otherwise refused. */
import { z } from "zod";

/** One call to a service, as IAM sees it. */
export interface Call {
  /** `s3:GetObject` */
  readonly action: string;
  /** ARN */
  readonly resource: string;
  /** Condition keys of the call, for example `s3:prefix`. */
  readonly context: Readonly<Record<string, string>>;
}

const oneOrMany = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const conditionValue = z
  .union([z.string(), z.boolean(), z.number(), z.array(z.union([z.string(), z.boolean(), z.number()]))])
  .transform((value) => [value].flat().map(String));

const statementSchema = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(["Allow", "Deny"]),
    Principal: z.unknown().optional(),
    Action: oneOrMany.optional(),
    NotAction: oneOrMany.optional(),
    Resource: oneOrMany.optional(),
    NotResource: oneOrMany.optional(),
    Condition: z.record(z.string(), z.record(z.string(), conditionValue)).optional(),
  })
  .refine(({ Action, NotAction }) => (Action === undefined) !== (NotAction === undefined), "needs Action or NotAction");

export type Statement = z.infer<typeof statementSchema>;

const documentSchema = z.object({
  Version: z.literal("2012-10-17"),
  Statement: z.union([statementSchema, z.array(statementSchema)]).transform((value) => [value].flat()),
});

type Test = (actual: string, expected: string) => boolean;

/** The condition operators that the program may use; others are refused when a document is read. */
const tests: Readonly<Record<string, Test>> = {
  StringEquals: (actual, expected) => actual === expected,
  StringLike: (actual, expected) => matches(expected, actual),
  ArnEquals: (actual, expected) => matches(expected, actual),
  ArnLike: (actual, expected) => matches(expected, actual),
  Bool: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
};
const negated: Readonly<Record<string, string>> = {
  StringNotEquals: "StringEquals",
  StringNotLike: "StringLike",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
};

/** Reads a document given as JSON text or as an object. @throws an error naming `owner` where it is not understood. */
export function readStatements(document: unknown, owner: string): readonly Statement[] {
  const parsed = documentSchema.safeParse(typeof document === "string" ? JSON.parse(document) : document);
  if (!parsed.success) throw new Error(`The policy of ${owner} is not understood: ${z.prettifyError(parsed.error)}`);
  for (const operator of parsed.data.Statement.flatMap(({ Condition = {} }) => Object.keys(Condition)))
    if (!tests[withoutIfExists(operator)] && !negated[withoutIfExists(operator)])
      throw new Error(
        `The policy of ${owner} uses the condition operator ${operator}, which local mode does not know.`,
      );
  return parsed.data.Statement;
}

export type Verdict = "allowed" | "denied" | "not allowed";

export function evaluate(statements: readonly Statement[], call: Call): Verdict {
  const applying = statements.filter((statement) => applies(statement, call));
  if (applying.some(({ Effect }) => Effect === "Deny")) return "denied";
  return applying.length > 0 ? "allowed" : "not allowed";
}

function applies(statement: Statement, { action, resource, context }: Call): boolean {
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  const matchesAction = (pattern: string) => matches(pattern.toLowerCase(), action.toLowerCase());
  const matchesResource = (pattern: string) => matches(pattern, resource);
  if (Action && !Action.some(matchesAction)) return false;
  if (NotAction?.some(matchesAction)) return false;
  if (Resource && !Resource.some(matchesResource)) return false;
  if (NotResource?.some(matchesResource)) return false;
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => holds(operator, context[key], expected)),
  );
}

/** A key that the call lacks fulfils only `...IfExists` and the negated operators. */
function holds(operator: string, actual: string | undefined, expected: readonly string[]): boolean {
  const base = withoutIfExists(operator);
  const opposite = negated[base];
  if (actual === undefined) return operator !== base || opposite !== undefined;
  const test = tests[opposite ?? base];
  const found = test !== undefined && expected.some((value) => test(actual, value));
  return opposite === undefined ? found : !found;
}

const withoutIfExists = (operator: string) => operator.replace(/IfExists$/, "");

/** `*` and `?` of IAM; every other character stands for itself. */
export function matches(pattern: string, text: string): boolean {
  let expression = expressions.get(pattern);
  if (!expression) {
    const source = pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    expression = new RegExp(`^${source}$`, "s");
    expressions.set(pattern, expression);
  }
  return expression.test(text);
}
const expressions = new Map<string, RegExp>();
