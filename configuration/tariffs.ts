/** The tariff plans of `tariffs/`, one file a plan, named as its `id`. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { label } from "./labels";
import { must } from "./wording";
import { readYaml } from "./yaml-file";

const directory = join(__dirname, "..", "tariffs");
const ending = ".yaml";

/** Whether it is an ISO 4217 code. */
export const isCurrency = (code: string): boolean => Intl.supportedValuesOf("currency").includes(code);

export function currency() {
  const allowed = must('an ISO 4217 currency, for example "EUR"');
  return z.string(allowed).refine(isCurrency, allowed);
}

const band = z.strictObject(
  { name: label(), price_per_kwh: z.number(must("a price above 0")).positive(must("a price above 0")) },
  must("a block with the keys name, price_per_kwh"),
);
const plan = z.strictObject({
  id: z.string(must("the file's name")),
  name: label(),
  currency: currency(),
  description: z.string(must("a text")),
  bands: z.array(band, must("a list of bands")).min(1, must("a list of at least one band")),
});
export type Tariff = z.output<typeof plan>;

/** A site's `tariff` is one of these. */
export function tariffNames(): string[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();
}

/** @throws an error of one sentence that names the file. */
export function readTariff(name: string, folder: string = directory): Tariff {
  const path = join(folder, `${name}${ending}`);
  const parsed = plan.safeParse(readYaml(path));
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`.trim());
    throw new Error(`${path}: ${mistakes.join("; ")}.`);
  }
  if (parsed.data.id !== name) throw new Error(`${path}: id is "${parsed.data.id}", but must be the file's name.`);
  return parsed.data;
}
