/**
 * The interpreter of state machines, with paths as AWS evaluates them: one that may match several values (`[*]`, `..`, a
 * filter, a slice) and matches none is an empty list, where the interpreter's JSONPath library finds nothing at all and
 * the execution would fail. A beginning that is not there remains an error.
 */
import { createRequire } from "node:module";
import { z } from "zod";

export { StateMachine } from "aws-local-stepfunctions";

interface Query {
  readonly path: string | readonly string[];
  readonly json: unknown;
}

interface PathLibrary {
  readonly prototype: {
    /** Undefined where nothing matches; only `wrap` asks for a list in any case. */
    evaluate(this: { readonly wrap: boolean }, query: Query): unknown;
  };
  /** `$.a[*].b` as `$`, `a`, `*`, `b`. */
  toPathArray(path: string): string[];
}

/** The very copy that the interpreter uses: it has no other place where its paths could be mended. */
const { JSONPath } = z
  .object({ JSONPath: z.custom<PathLibrary>((value) => typeof value === "function") })
  .parse(createRequire(require.resolve("aws-local-stepfunctions"))("jsonpath-plus"));

const { evaluate } = JSONPath.prototype;

JSONPath.prototype.evaluate = function evaluateAsAws(query) {
  const found = evaluate.call(this, query);
  if (found !== undefined || this.wrap || typeof query.path !== "string") return found;
  const steps = JSONPath.toPathArray(query.path);
  const several = steps.findIndex((step) => /^(\*|\.\.|\?\(.*|-?\d*:.*|.*,.*)$/.test(step));
  if (several < 0) return undefined;
  const beginning = evaluate.call(this, { ...query, path: steps.slice(0, several) });
  return beginning === undefined ? undefined : [];
};
