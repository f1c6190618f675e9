/** The names that Pulumi makes: what `pulumi:autonaming` says, with noughts in place of what is drawn at random. */
import { z } from "zod";

export interface Autonaming {
  /** The name of a new resource. */
  nameOf(type: string, logicalName: string): string;
  /** How often the stack's name is in it. */
  stacksIn(type: string): number;
}

const naming = { pattern: z.string().optional() };
const setting = z.looseObject({
  ...naming,
  providers: z
    .record(z.string(), z.looseObject({ ...naming, resources: z.record(z.string(), z.looseObject(naming)).optional() }))
    .optional(),
});

const placeholder = (name: string) => `\${${name}}`;

/** Where nothing is set. */
const pulumisOwn = `${placeholder("name")}-${placeholder("hex(7)")}`;

/** @param text JSON of the key `pulumi:autonaming`, as the engine reads it and hands it to the program. */
export function readAutonaming(text: string | undefined, project: string, stack: string): Autonaming {
  const { pattern, providers = {} } = setting.parse(text === undefined ? {} : JSON.parse(text));
  const patternOf = (type: string) => {
    const provider = providers[type.split(":")[0] ?? ""];
    return provider?.resources?.[type]?.pattern ?? provider?.pattern ?? pattern ?? pulumisOwn;
  };
  return {
    nameOf: (type, name) => fill(patternOf(type), { name, project, stack }),
    stacksIn: (type) => patternOf(type).split(placeholder("stack")).length - 1,
  };
}

function fill(pattern: string, known: Readonly<Record<string, string>>): string {
  return pattern.replaceAll(/\$\{([^}]*)\}/g, (whole, expression: string) => {
    const [, random] = /^(?:hex|alphanum|string|num)\((\d+)\)$/.exec(expression) ?? [];
    if (random !== undefined) return "0".repeat(Number(random));
    if (expression === "uuid") return "0".repeat(36);
    const value = known[expression];
    if (value === undefined) throw new Error(`pulumi:autonaming has ${whole}, whose length nothing here knows.`);
    return value;
  });
}
