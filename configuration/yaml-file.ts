/** A YAML file as plain values. What is wrong in it is said in one sentence that names the file, the line and the column. */
import { readFileSync } from "node:fs";
import { RunError } from "@pulumi/pulumi/errors";
import { parseDocument } from "yaml";
import { characterFault, documentFault, type YamlFault } from "./yaml-faults";

/** `null` where the file is empty, or has comments only. @throws a `RunError` (shown without a stack trace) with one sentence. */
export function readYaml(path: string): unknown {
  const text = readText(path);
  const inText = characterFault(text);
  if (inText) throw asError(path, text, inText);
  const document = parseDocument(text, { prettyErrors: false, stringKeys: true });
  const inDocument = documentFault(document, text);
  if (inDocument) throw asError(path, text, inDocument);
  try {
    return document.toJS();
  } catch (error) {
    // The one thing that shows only here: anchors of anchors, each repeated, that would fill the memory.
    if (error instanceof ReferenceError) throw new RunError(`${path}: an anchor (&) is repeated (*) too often.`);
    throw error;
  }
}

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
