/** The little XML that S3 speaks: text out, elements in. */
import { S3Error } from "./errors";

export const element = (name: string, ...children: string[]) => `<${name}>${children.join("")}</${name}>`;

export const text = (name: string, value: string | number | boolean) => element(name, toXml(String(value)));

export const xmlDocument = (name: string, ...children: string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${children.join("")}</${name}>`;

// Control characters are no XML, and a reader would make a line feed of a carriage return: both go as numbers.
const unsafe = /[&<>"'\p{Cc}]/gu;
const toXml = (value: string) => value.replace(unsafe, (character) => `&#x${character.charCodeAt(0).toString(16)};`);

export interface Element {
  name: string;
  children: Element[];
  /** The text between its tags; of an element with children, the rest between them. */
  text: string;
}

const token = /<\?[^>]*\?>|<(\/?)([A-Za-z][\w.-]*)(?:\s[^<>]*?)?(\/?)>|([^<]+)/y;

/** Parses a request body whose root must have this name. */
export function parseXml(source: string, root: string): Element {
  const top: Element = { name: "", children: [], text: "" };
  const open = [top];
  token.lastIndex = 0;
  while (token.lastIndex < source.length) {
    const match = token.exec(source);
    const parent = open.at(-1);
    if (!match || !parent) throw malformed("cannot be read");
    const [, slash, name, empty, characters] = match;
    if (characters !== undefined) parent.text += fromXml(characters);
    else if (slash) {
      if (parent.name !== name) throw malformed(`closes ${name} inside ${parent.name || "nothing"}`);
      open.pop();
    } else if (name) {
      const child: Element = { name, children: [], text: "" };
      parent.children.push(child);
      if (!empty) open.push(child);
    }
  }
  const [found] = top.children;
  if (open.length !== 1 || top.children.length !== 1 || found?.name !== root) throw malformed(`is no ${root}`);
  return found;
}

const malformed = (why: string) => new S3Error(400, "MalformedXML", `The XML of the request ${why}.`);

const named = new Map(Object.entries({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }));

function fromXml(value: string): string {
  return value.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    const character = name ? named.get(name) : code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
    if (character === undefined) throw malformed(`has the unknown entity ${whole}`);
    return character;
  });
}
