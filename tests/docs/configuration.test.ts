/** docs/configuration.md is what the schema says, and every example and default on it passes the real one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { parseConfig, wattlakeKeys } from "../../config";
import { configurationPage } from "../../tools/configuration/page";

const page = readFileSync(join(__dirname, "../../docs/configuration.md"), "utf8");
const block = z.record(z.string(), z.unknown());
const files = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = ""]) => text);

/** As Pulumi hands a file's keys to the program. */
const flat = (text: string) =>
  Object.fromEntries(
    Object.entries(z.object({ config: block }).parse(parse(text)).config).map(([key, value]) => [
      key,
      JSON.stringify(value),
    ]),
  );
const complete = () => wattlakeKeys(flat(files[1] ?? ""));

test("it is what `npm run configuration` writes", () => {
  expect(page).toBe(configurationPage());
});

test("its files are configurations, the least and the complete one", () => {
  expect(files).toHaveLength(2);
  for (const file of files) expect(parseConfig(wattlakeKeys(flat(file))).sites[0]?.id).toBe("home");
});

/** The tables' rows: the block that a row is of, as steps from the top, its default, and its example, if it has them. */
const rows = page
  .split("\n## `wattlake:")
  .slice(1)
  .flatMap((section) => {
    const [path = ""] = section.split("`");
    const steps = path.split(".").map((step) => step.replace("[]", ""));
    return [...section.matchAll(/^\| `(\w+)` \| .* \| (.*) \| (?:`(.*)`|\[below\].*) \|$/gm)].map(
      ([, key = "", fallback = "", example]) => ({
        path,
        steps,
        key,
        fallback: /^`([^`]*)`$/.exec(fallback)?.[1],
        example,
      }),
    );
  });

/** Puts the keys into the block of a configuration; a list has one block. */
function put(whole: Record<string, unknown>, steps: readonly string[], keys: object): Record<string, unknown> {
  const [first, ...rest] = steps;
  if (first === undefined) return { ...whole, ...keys };
  const inner = whole[first];
  const changed = Array.isArray(inner) ? [put(block.parse(inner[0]), rest, keys)] : put(block.parse(inner), rest, keys);
  return { ...whole, [first]: changed };
}

test("has a row for each key of the complete file", () => {
  const keysIn = (value: unknown): number =>
    Array.isArray(value)
      ? keysIn(value[0])
      : typeof value === "object" && value !== null
        ? Object.values(value).reduce<number>((count, each) => count + 1 + keysIn(each), 0)
        : 0;
  const { length } = Object.keys(complete());
  expect(rows).toHaveLength(keysIn(complete()) - length);
  expect(length).toBe([...page.matchAll(/^\| `wattlake:\w+` \|/gm)].length);
});

test.each(
  rows.flatMap(({ path, steps, key, example }) => (example === undefined ? [] : [{ path, steps, key, example }])),
)("$path: $example", ({ steps, key, example }) => {
  const given = block.parse(parse(example));
  expect(Object.keys(given)).toEqual([key]);
  expect(() => parseConfig(put(complete(), steps, given))).not.toThrow();
});

const fixed = rows.flatMap(({ path, steps, key, fallback }) => {
  const isValue = fallback !== undefined && !fallback.includes(":region");
  return isValue ? [{ path, steps, key, fallback }] : [];
});
test.each(fixed)("$path $key is $fallback without it", ({ steps, key, fallback }) => {
  const value: unknown = parse(fallback);
  const withDefault = parseConfig(
    put(complete(), steps, { [key]: value, ...(value === "hourly" && { at: undefined }) }),
  );
  const left = put(complete(), steps, { [key]: undefined, ...(value === "hourly" && { at: undefined }) });
  expect(parseConfig(left)).toEqual(withDefault);
});

test("links to blocks lead to headings", () => {
  const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, text = ""]) =>
    text.toLowerCase().replace(/[^a-z0-9_-]/g, ""),
  );
  const links = [...page.matchAll(/\[below\]\(#([^)]*)\)/g)].map(([, anchor]) => anchor);
  expect(links.length).toBeGreaterThan(5);
  for (const anchor of links) expect(headings).toContain(anchor);
});
