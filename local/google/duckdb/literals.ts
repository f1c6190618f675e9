/** Comments and literals of GoogleSQL, as far as the translator reads them otherwise. */

const quotedTexts = ['"""', "'''", '"', "'", "`"].map((quote) => `${quote}(?:\\\\[\\s\\S]|[\\s\\S])*?${quote}`);
const comment = /--.*|#.*|\/\*[\s\S]*?\*\//.source;
const quotedOrComment = new RegExp(`${quotedTexts.join("|")}|(${comment})`, "g");

/** The same with blanks for comments: to the translator and to DuckDB one may stand within another. */
export const withoutComments = (googleSql: string): string =>
  googleSql.replace(quotedOrComment, (text, isComment?: string) =>
    isComment === undefined ? text : text.replace(/\S/gu, " "),
  );

/** A string literal written with the escapes that the translator knows. */
export function simpleLiteral(literal: string): string {
  const [, prefix = "", , inner = ""] = /^(r?)("""|'''|"|')([\s\S]*)\2$/i.exec(literal) ?? [];
  const value = prefix === "" ? inner.replace(escapes, unescaped) : inner;
  return `'${value.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n")}'`;
}

const escapes = /\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([\s\S]))/g;
const controls: Readonly<Record<string, string>> = {
  ...{ a: "\u0007", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" },
};

function unescaped(_: string, hex2?: string, hex4?: string, hex8?: string, octal?: string, character = ""): string {
  const hex = hex2 ?? hex4 ?? hex8;
  if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
  if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
  return controls[character] ?? character;
}
