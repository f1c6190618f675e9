/** What a request asks for: a site and a range of its days; what is wrong is said with what may be asked. */
import { z } from "zod";
import type { Site } from "../questions/question";

const isoDate = z.iso.date({ error: "must be a day, YYYY-MM-DD", abort: true });
/** So that one request cannot ask for centuries. */
const mostDays = 36_600;

export interface AskedRange {
  readonly site: Site;
  readonly from: string;
  readonly to: string;
}

export type Parsed = { readonly asked: AskedRange } | { readonly mistakes: readonly string[] };

export function readAskedRange(query: Readonly<Record<string, string>>, sites: readonly Site[]): Parsed {
  const names = sites.map(({ id }) => id);
  const schema = z
    .object({ site: z.enum(names, `must be one of ${names.join(", ")}`), from: isoDate, to: isoDate })
    .refine(({ from, to }) => from <= to, "from must not be after to")
    .refine(
      ({ from, to }) => (Date.parse(to) - Date.parse(from)) / 86_400_000 < mostDays,
      `from and to must lie less than ${mostDays} days apart`,
    );
  const { success, data, error } = schema.safeParse(query);
  if (!success) return { mistakes: error.issues.map(({ path, message }) => [...path, message].join(" ")) };
  const site = sites.find(({ id }) => id === data.site);
  if (site === undefined) throw new Error(`no site ${data.site}`);
  return { asked: { site, from: data.from, to: data.to } };
}
