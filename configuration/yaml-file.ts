/** A YAML file as plain values. What is wrong in it is said in one sentence that names the file, the line and the column. */
import { readFileSync } from "node:fs";
import { RunError } from "@pulumi/pulumi/errors";
import { type Document, isMap, isNode, isPair, isSeq, parseDocument } from "yaml";
import { characterFault, documentFault, type YamlFault } from "./yaml-faults";

/** `null` where the file is empty, or has comments only. @throws a `RunError` (shown without a stack trace) with one sentence. */
export const readYaml = (path: string): unknown => readLocatedYaml(path).value;

export interface LocatedYaml {
  readonly value: unknown;
  /** The line, from 1, where a path begins: of a key that is not there, that of the block which lacks it. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** The values with their lines; `name` is how the file is called in a sentence. */
export function readLocatedYaml(path: string, name = path): LocatedYaml {
  const text = readText(path);
  const inText = characterFault(text);
  if (inText) throw asError(name, text, inText);
  const document = parseDocument(text, { prettyErrors: false, stringKeys: true });
  const inDocument = documentFault(document, text);
  if (inDocument) throw asError(name, text, inDocument);
  try {
    const value: unknown = document.toJS();
    return { value, lineOf: (steps) => lineAt(text, offsetOf(document, steps)) };
  } catch (error) {
    // The one thing that shows only here: anchors of anchors, each repeated, that would fill the memory.
    if (error instanceof ReferenceError) throw new RunError(`${name}: an anchor (&) is repeated (*) too often.`);
    throw error;
  }
}

/** How many characters stand before what a path leads to, as far as it does; a key's own place is before its value's. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let at = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const step of path) {
    const found: unknown = isMap(node)
      ? node.items.find(({ key }) => isNode(key) && String(key) === String(step))
      : isSeq(node)
        ? node.items[Number(step)]
        : undefined;
    const place = isPair(found) ? found.key : found;
    if (!isNode(place)) return at;
    at = place.range?.[0] ?? at;
    node = isPair(found) ? found.value : found;
  }
  return at;
}

const lineAt = (text: string, offset: number) => text.slice(0, offset).split("\n").length;

function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new RunError(`${path} cannot be read: ${error instanceof Error ? error.message : error}.`);
  }
  const isUtf16 = [0xfeff, 0xfffe].includes(bytes.length < 2 ? 0 : bytes.readUInt16BE(0));
  if (isUtf16) throw new RunError(`${path} is UTF-16 text. Save it as UTF-8.`);
  return bytes.toString("utf8").replace(/^\ufeff/, "");
}

function asError(path: string, text: string, { at, what }: YamlFault): RunError {
  const lines = text.slice(0, at).split("\n");
  return new RunError(`${path}, line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}: ${what}.`);
}
