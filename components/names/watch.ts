/** Looks at every resource as the program makes it, so that a name that does not fit is told before anything is created. */
import * as pulumi from "@pulumi/pulumi";
import { RunError } from "@pulumi/pulumi/errors";
import { readAutonaming } from "./autonaming";
import { labelRule } from "./limits";
import { type Named, nameMistakes } from "./mistakes";
import { namesOf } from "./names-of";

/**
 * To be called before the first resource is made. What depends on the promise is created once the program has been read
 * to its end, and only where every name fits. If not, the program ends in one `RunError` with a sentence a mistake, and
 * the promise stays open: a rejection would be told once for each resource.
 */
export function watchNames(labels: Readonly<Record<string, string>>): Promise<pulumi.Resource[]> {
  const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
  const autonaming = readAutonaming(pulumi.runtime.allConfig()["pulumi:autonaming"], project, stack);
  const all = Object.entries(labels).map(([of, name]) => ({
    rule: labelRule,
    of,
    name,
    stacks: of === "stack" ? 1 : 0,
  }));
  let judged = false;

  const judge = (named: readonly Named[]) => {
    const mistakes = nameMistakes(named, stack);
    if (mistakes.length > 0) throw new RunError(mistakes.join("\n"));
  };
  pulumi.runtime.registerStackTransformation(({ type, name, props }) => {
    const named = namesOf({ type, name, inputs: props }, autonaming, { project, stack });
    if (judged) judge(named);
    else all.push(...named);
    return undefined;
  });
  return new Promise((resolve) => {
    // The program makes its resources in one go; what waits in this line comes after.
    queueMicrotask(() => {
      judged = true;
      judge(all);
      resolve([]);
    });
  });
}
