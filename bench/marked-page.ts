/** Puts printed tables into a page of docs/, each between its marks: `<!-- name -->` and `<!-- end of name -->`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export function writePage(name: string, tables: Readonly<Record<string, string>>): void {
  const page = join(__dirname, "../docs", name);
  let text = readFileSync(page, "utf8");
  for (const [mark, table] of Object.entries(tables))
    text = text.replace(between(mark), (_, begin: string) => `${begin}${table}\n<!-- end of ${mark} -->`);
  writeFileSync(page, text);
}

const between = (mark: string) => new RegExp(`(<!-- ${mark} -->\n)(.*?)(\n?<!-- end of ${mark} -->)`, "s");
