/**
 * The file of a key: `daily/site=home/readings.jsonl.gz` lies at just that path, and every other key at one that is
 * safe, cannot leave the bucket's directory, and belongs to no other key.
 *
 * - Every byte that is not plain is written `%XX`, and so is a dot at either end of a name: no name is hidden, `.` or `..`.
 * - A file's name has a dot and a directory's has none (there a dot is `%2E`), so that `a` and `a/b` can both exist:
 *   a last segment without a dot, or an empty one, ends in `%.object`. An empty directory segment is `%`.
 * - A name over 200 characters goes on in a directory: `<200 characters>%~/~<the rest>`.
 *
 * A `~` or a `%` of the key itself is escaped, so the way back is unambiguous.
 */
const longestName = 200;

export type FileNames = (key: string) => string;

/** Where `A` and `a` are two files. */
export const fileNames = escaping(/[^A-Za-z0-9=_.,@+-]/gu);

/** For a disk that takes `A` and `a` for the same file: capitals are escaped too. */
export const uncasedFileNames = escaping(/[^a-z0-9=_.,@+-]/gu);

function escaping(unsafe: RegExp): FileNames {
  const escaped = (segment: string) => segment.replace(unsafe, percent);
  const directory = (segment: string) => escaped(segment).replaceAll(".", "%2E") || "%";
  const file = (segment: string) => {
    const name = escaped(segment).replace(/^\.|\.$/g, "%2E");
    return name.includes(".") ? name : `${name}%.object`;
  };
  return (key) => {
    const segments = key.split("/");
    const last = segments.pop() ?? "";
    return [...segments.map(directory), file(last)].map(split).join("/");
  };
}

function percent(character: string): string {
  return Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}

function split(name: string): string {
  if (name.length <= longestName) return name;
  return `${name.slice(0, longestName)}%~/${split(`~${name.slice(longestName)}`)}`;
}
