/** What can be wrong with YAML text, in plain words, and where: the parser's own messages are for who knows YAML's grammar. */
import { type Document, isCollection, isNode, isScalar, visit, type YAMLError } from "yaml";

export interface YamlFault {
  /** Characters before it. */
  readonly at: number;
  readonly what: string;
}

/** The first character that no YAML text has: the file is binary, or in another encoding. */
export function characterFault(text: string): YamlFault | undefined {
  const at = text.search(/[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffc\u{10000}-\u{10ffff}]/u);
  if (at < 0) return undefined;
  const code = text.charCodeAt(at);
  const found = code === 0xfffd ? "a byte that is no UTF-8" : `the control character ${code}`;
  return { at, what: `here stands ${found}: this is no text file, or it was not saved as UTF-8` };
}

/** The first fault of a parsed document; those behind it mostly follow from it. */
export function documentFault(document: Document, text: string): YamlFault | undefined {
  const [error] = [...document.errors, ...document.warnings];
  return error ? syntaxFault(error, document, text) : aliasFault(document);
}

const words: Partial<Record<YAMLError["code"], string>> = {
  TAB_AS_INDENT: "a tab stands before the text, but a line is indented with spaces only",
  BAD_INDENT: "the line is indented otherwise than its neighbours: keys of one block begin at the same column",
  BLOCK_AS_IMPLICIT_KEY:
    "here a second key or a list begins within a value: put it on a line of its own, or the value into quotes",
  BLOCK_IN_FLOW: 'a block cannot stand between "{" and "}" or "[" and "]"',
  BAD_SCALAR_START: "a text that begins with this character must stand in quotes",
  MULTILINE_IMPLICIT_KEY: 'a key must be on one line and end with a colon and a space ("key: value")',
  MULTIPLE_DOCS: 'a second document begins ("---"), but the file may have only one',
  MULTIPLE_ANCHORS: "a value has two anchors (&), but may have one",
  BAD_ALIAS: "the name after * is missing: it is that of an anchor (&), or the text must stand in quotes",
  BAD_DQ_ESCAPE: "in double quotes a backslash must be written twice, or the text put into single quotes",
  TAG_RESOLVE_FAILED: 'a tag ("!") is not known: put the text into quotes',
  NON_STRING_KEY: 'the key is a list or a block, but must be a word before a colon ("key: value")',
  UNEXPECTED_TOKEN: "this cannot stand here: a colon, a comma, a dash or a space may be missing before it",
};

const causedByOpen: readonly YAMLError["code"][] = ["BAD_INDENT", "MISSING_CHAR", "BLOCK_IN_FLOW"];

/** What is opened last and not closed explains more than where the parser noticed it. */
function syntaxFault({ code, pos, message }: YAMLError, document: Document, text: string): YamlFault {
  const [at] = pos;
  if (code === "DUPLICATE_KEY") {
    const key = /^[^\s:]*(?::[^\s:]+)*/.exec(text.slice(at))?.[0] ?? "";
    return { at, what: `the key ${JSON.stringify(key)} appears twice in its block` };
  }
  const open = causedByOpen.includes(code) ? lastOpen(document, text, at) : undefined;
  if (open !== undefined)
    return { at: open, what: `the ${text[open]} that opens here is not closed, or a line within is not indented` };
  return { at, what: words[code] ?? message.charAt(0).toLowerCase() + message.slice(1) };
}

const closers: Readonly<Record<string, string>> = { "{": "}", "[": "]", '"': '"', "'": "'" };

function lastOpen(document: Document, text: string, before: number): number | undefined {
  let open: number | undefined;
  visit(document, {
    Node(_, node) {
      const [start, end] = node.range ?? [0, 0];
      const mayOpen = (isCollection(node) && node.flow) || (isScalar(node) && /^QUOTE/.test(node.type ?? ""));
      const closer = mayOpen ? closers[text.charAt(start)] : undefined;
      if (closer === undefined || start > before) return;
      if (end - start < 2 || text.charAt(end - 1) !== closer) open = start;
    },
  });
  return open;
}

/** A repetition of what has no anchor before it, or of what it stands in itself. */
function aliasFault(document: Document): YamlFault | undefined {
  let fault: YamlFault | undefined;
  visit(document, {
    Alias(_, alias, ancestors) {
      const at = alias.range?.[0] ?? 0;
      const anchored = alias.resolve(document);
      if (anchored === undefined)
        fault = { at, what: `*${alias.source} repeats an anchor, but no &${alias.source} stands before it` };
      else if (ancestors.some((ancestor) => isNode(ancestor) && ancestor === anchored))
        fault = { at, what: `*${alias.source} repeats what it stands in itself` };
      return fault && visit.BREAK;
    },
  });
  return fault;
}
