/**
 * Rewrites the text of an AWS IoT rule so that a PostgreSQL parser reads it: names keep their case and their dots, the
 * topic filter and `encode(*, ...)` become identifiers, double-quoted strings and `[...]` lists take the standard form.
 */

/** The name that stands for the message itself in `encode(*, 'base64')`. No attribute can be called so unquoted. */
export const payloadName = "$payload";

const token =
  /(?<string>'(?:[^']|'')*')|(?<quoted>"(?:[^"\\]|\\.)*")|(?<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(?<space>\s+)|(?<other>\d+(?:\.\d+)?|[\s\S])/g;

const keywords = new Set(
  "SELECT FROM WHERE AS CASE WHEN THEN ELSE END IN AND OR NOT NULL TRUE FALSE CAST LIKE BETWEEN IS GROUP ORDER BY LIMIT JOIN ON HAVING UNION".split(
    " ",
  ),
);

interface Token {
  readonly kind: "string" | "name" | "keyword" | "other";
  readonly text: string;
}

export function toParsableSql(sql: string): string {
  const tokens = tokenize(sql);
  const out: string[] = [];
  const lists: boolean[] = [];
  tokens.forEach(({ kind, text }, index) => {
    const before = tokens[index - 1];
    const after = tokens[index + 1];
    if (isValueKeyword(tokens, index))
      throw new Error("SELECT VALUE is not carried out; select the attributes by name.");
    if (kind === "string" && before?.text === "FROM") out.push(identifier(text.slice(1, -1).replaceAll("''", "'")));
    else if (kind === "name") out.push(identifier(after?.text === "(" ? text.toLowerCase() : text));
    else if (text === "*" && before?.text === "(" && tokens[index - 2]?.text.toLowerCase() === "encode")
      out.push(identifier(payloadName));
    else if (text === "[") {
      lists.push(before?.text === "IN");
      out.push(before?.text === "IN" ? "(" : text);
    } else if (text === "]") out.push(lists.pop() ? ")" : text);
    else out.push(text);
  });
  return out.join(" ");
}

function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  for (const { groups } of sql.matchAll(token)) {
    const { string, quoted, name, other } = groups ?? {};
    if (string !== undefined) tokens.push({ kind: "string", text: string });
    else if (quoted !== undefined)
      tokens.push({
        kind: "string",
        text: `'${quoted.slice(1, -1).replaceAll(/\\(.)/g, "$1").replaceAll("'", "''")}'`,
      });
    else if (name !== undefined && keywords.has(name.toUpperCase()))
      tokens.push({ kind: "keyword", text: name.toUpperCase() });
    else if (name !== undefined) tokens.push({ kind: "name", text: name });
    else if (other !== undefined) tokens.push({ kind: "other", text: other });
  }
  return joinOperators(tokens);
}

/** Two-character operators arrive as two tokens; written apart the parser would not know them. */
function joinOperators(tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (const current of tokens) {
    const last = joined.at(-1);
    if (last?.kind === "other" && ["<>", "<=", ">=", "!=", "||", "::"].includes(last.text + current.text))
      joined[joined.length - 1] = { kind: "other", text: last.text + current.text };
    else joined.push(current);
  }
  return joined;
}

function isValueKeyword(tokens: readonly Token[], index: number): boolean {
  const after = tokens[index + 1];
  return (
    tokens[index - 1]?.text === "SELECT" &&
    tokens[index]?.text.toUpperCase() === "VALUE" &&
    (after?.kind === "name" ||
      after?.kind === "string" ||
      after?.text === "CASE" ||
      after?.text === "(" ||
      after?.text === "*")
  );
}

const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** The parts of a substitution template: plain text, and the expressions between `${` and `}`. */
export function splitTemplate(
  template: string,
): readonly ({ readonly text: string } | { readonly expression: string })[] {
  const parts: ({ text: string } | { expression: string })[] = [];
  const part = /\$\{((?:'(?:[^']|'')*'|"[^"]*"|[^'"}])*)\}|([^$]+|\$)/g;
  for (const [, expression, text] of template.matchAll(part)) {
    if (expression !== undefined) parts.push({ expression });
    else if (text !== undefined) parts.push({ text });
  }
  return parts;
}
