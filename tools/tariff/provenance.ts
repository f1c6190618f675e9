/** Where a version's prices are from: the name of a source, which is told at the end. */
import type { Tariff, Version } from "../../configuration/tariffs";

export function provenanceOf({ source, example }: Version): string {
  if (!example) return `source: ${source}`;
  return source === undefined
    ? "example: the prices are from no source"
    : `example: the prices are from no source, the rest is from ${source}`;
}

export const sourceLines = ({ sources }: Tariff): string[] =>
  Object.entries(sources).map(([name, { title, date, url }]) =>
    [`Source ${name}: ${title}`, date, ...(url === undefined ? [] : [url])].join(", "),
  );

export const validityOf = ({ from, until }: Version): string =>
  until === undefined ? `from ${from} on` : `from ${from} until ${until}`;
