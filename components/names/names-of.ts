/** The physical names that a resource will have, from what the program says of it. */
import { roleNameOf } from "../aws/policy";
import type { Autonaming } from "./autonaming";
import { nameRules, subjectRule } from "./limits";
import type { Named } from "./mistakes";

const functionType = "aws:lambda/function:Function";
const roleType = "aws:iam/role:Role";

/** A function in whose environment it stands is known to Google, by its role and its own name. */
const credentials = "GOOGLE_CREDENTIALS";

interface Made {
  readonly type: string;
  /** Logical. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** The names of one resource. One that only the cloud can tell is none of the program's. */
export function namesOf(
  { type, name, inputs }: Made,
  autonaming: Autonaming,
  { project, stack }: { readonly project: string; readonly stack: string },
): Named[] {
  const generated = (of: string, ofType: string) => autonaming.nameOf(ofType, of);
  const own = (nameRules[type] ?? []).flatMap((rule): Named[] => {
    const given = inputs[rule.property];
    if (given === undefined)
      return [{ rule, of: name, name: generated(name, type), stacks: autonaming.stacksIn(type) }];
    return typeof given === "string" ? [{ rule, of: name, name: given, stacks: stacksIn(given, project, stack) }] : [];
  });
  if (type !== functionType || !holdsCredentials(inputs)) return own;
  const role = generated(roleNameOf(name), roleType);
  const subject = `arn:aws:sts::${"0".repeat(12)}:assumed-role/${role}/${generated(name, type)}`;
  const stacks = autonaming.stacksIn(roleType) + autonaming.stacksIn(type);
  return [...own, { rule: subjectRule, of: name, name: subject, stacks }];
}

/** A name that the program makes itself has the stack's after the project's, between characters that its service takes. */
function stacksIn(name: string, project: string, stack: string): number {
  const plain = (text: string) => text.replaceAll(/[^A-Za-z0-9]/g, "_");
  return plain(name).split(plain(`${project}-${stack}`)).length - 1;
}

function holdsCredentials({ environment }: Readonly<Record<string, unknown>>): boolean {
  if (typeof environment !== "object" || environment === null || !("variables" in environment)) return false;
  const { variables } = environment;
  return typeof variables === "object" && variables !== null && credentials in variables;
}
