/** The keys of the stack configuration, as the schema that parses them describes itself. */
import { z } from "zod";
import { stackSchema } from "../../config";
import { allowedBy } from "../../configuration/wording";

/** A schema in JSON; `allowed` and `otherwise` are of this program (`configuration/kinds.ts`). */
export interface Node {
  readonly description?: string | undefined;
  readonly allowed?: string | undefined;
  readonly otherwise?: string | undefined;
  readonly default?: unknown;
  readonly maxLength?: number | undefined;
  readonly examples?: readonly unknown[] | undefined;
  readonly properties?: Readonly<Record<string, Node>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: Node | undefined;
}

const node: z.ZodType<Node> = z.object({
  description: z.string().optional(),
  allowed: z.string().optional(),
  otherwise: z.string().optional(),
  default: z.unknown().optional(),
  maxLength: z.number().optional(),
  examples: z.array(z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), node).optional();
  },
  get items() {
    return node.optional();
  },
});

/** The whole configuration, as a person writes it. */
export function readKeys(): Node {
  const json = z.toJSONSchema(stackSchema(), {
    io: "input",
    // What the rules beyond JSON Schema ask is said in words.
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      const allowed = allowedBy(zodSchema);
      if (allowed !== undefined) jsonSchema.allowed = allowed;
      // Where one thing is short for a list of them, the list is what has keys.
      const list = jsonSchema.anyOf?.find(({ items }) => items !== undefined);
      if (list?.items !== undefined) jsonSchema.items = list.items;
    },
  });
  return node.parse(json);
}

/** The examples of the keys together; with `required`, of those alone that must be there. */
export function exampleOf({ properties, items, examples, required = [] }: Node, which: "all" | "required"): unknown {
  if (items) return [exampleOf(items, which)];
  if (!properties) return examples?.[0];
  const chosen = Object.entries(properties).filter(([key]) => which === "all" || required.includes(key));
  return Object.fromEntries(chosen.map(([key, value]) => [key, exampleOf(value, which)]));
}

/** A block of keys and where it stands: `wattlake:sites[].meters[]`. */
export interface Block {
  readonly path: string;
  readonly node: Node;
  /** What is said of the block. */
  readonly description: string;
}

/** All blocks below one, in the order of the file; a block comes before those within it. */
export function blocksOf(parent: Node, path: string): Block[] {
  return Object.entries(parent.properties ?? {}).flatMap(([key, child]) => {
    const inner = child.items ?? child;
    if (!inner.properties) return [];
    const own = { path: `${path}${key}${child.items ? "[]" : ""}`, node: inner, description: child.description ?? "" };
    return [own, ...blocksOf(inner, `${own.path}.`)];
  });
}
