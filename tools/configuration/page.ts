/** docs/configuration.md: every key of the stack configuration, out of its schema. */
import { stringify } from "yaml";
import { blocksOf, exampleOf, type Node, readKeys } from "./keys";

const namespace = "wattlake:";
/** The providers' own keys, which a complete file has too. */
const clouds = { "aws:region": "eu-central-1", "gcp:project": "my-household-energy", "gcp:region": "europe-west3" };

export function configurationPage(): string {
  const keys = readKeys();
  return `${[
    intro,
    fileOf(keys, "required"),
    "With every key, also those that you will hardly need (`until` says when a meter left):",
    fileOf(keys, "all"),
    notes,
    "## The blocks of a file",
    tableOf(keys, namespace),
    ...blocksOf(keys, namespace).flatMap(({ path, node, description }) => [
      `## \`${path}\``,
      description,
      tableOf(node, `${path}.`),
    ]),
  ].join("\n\n")}\n`;
}

const intro = `# Configuration

<!-- Written by \`npm run configuration\` out of the schema in config.ts: change it there. -->

A home is described in \`Pulumi.<stack>.yaml\`: \`Pulumi.dev.yaml\` is the demo that \`npm start\` runs, \`Pulumi.prod.yaml\` the one to
change for a household. The least that it must have:`;

const notes = `- \`aws:region\`, \`gcp:project\` and \`gcp:region\` say where in the two clouds all of it is. Choose regions near each other.
- A file is YAML: blocks are indented with spaces, never with tabs, and what begins with a sign or looks like a day or a time of
  day stands in quotes.
- A quantity has its unit, \`"930 s"\`, \`"15 m"\`, \`"5 MiB"\`; a bare number is refused.
- A key that is not known is refused, never ignored. Every mistake is one sentence with its path, told by \`npm start\`,
  \`npm run doctor\` and \`npm run preview\` before anything is created.`;

function fileOf(keys: Node, which: "all" | "required"): string {
  const example: unknown = exampleOf(keys, which);
  const own = Object.entries(Object(example)).map(([key, value]) => [`${namespace}${key}`, value]);
  return `\`\`\`yaml\n${yaml({ config: { ...clouds, ...Object.fromEntries(own) } })}\`\`\``;
}

/** `within` is what comes before a key in its path. */
function tableOf({ properties = {}, required = [] }: Node, within: string): string {
  const rows = Object.entries(properties).map(([key, value]) => rowOf(within, key, value, required.includes(key)));
  return ["| key | what it says | allowed | without it | example |", "|---|---|---|---|---|", ...rows].join("\n");
}

function rowOf(within: string, key: string, value: Node, required: boolean): string {
  const inner = value.items ?? value;
  const path = `${within}${key}${value.items ? "[]" : ""}`;
  const example = inner.properties ? link(path) : code(exampleText(key, value.examples?.[0]));
  const allowed = inner.properties && !value.items ? "a block" : value.allowed;
  const longest = value.maxLength === undefined ? "" : `, at most ${value.maxLength} characters`;
  if (value.description === undefined || allowed === undefined || !(inner.properties || value.examples))
    throw new Error(`${path} has no description, no example or no words for what is allowed.`);
  const name = within === namespace ? `${namespace}${key}` : key;
  const cells = [code(name), value.description, `${allowed}${longest}`, without(value, required), example];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function without({ default: fixed, otherwise, properties }: Node, required: boolean): string {
  if (required) return "must be there";
  if (otherwise !== undefined) return otherwise;
  return properties ? "its defaults" : code(yaml(fixed).trim());
}

/** On one line, a list too. */
const exampleText = (key: string, example: unknown) =>
  Array.isArray(example)
    ? `${key}: [${example.map((each) => yaml(each).trim()).join(", ")}]`
    : yaml({ [key]: example }).trim();
const code = (text: string) => `\`${text}\``;
/** As GitHub makes an anchor of a heading. */
const link = (path: string) => `[below](#${path.toLowerCase().replace(/[^a-z0-9_-]/g, "")})`;

/** Text that both versions of YAML read alike: the one Pulumi reads makes a time of a bare 2025-06-02. */
const yaml = (value: unknown) => stringify(value, { compat: "yaml-1.1", lineWidth: 0 });
