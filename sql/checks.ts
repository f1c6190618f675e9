/**
 * Checks of the data: one GoogleSQL file a rule, `checks/<name>.sql`, and the script that asks them all every night. A file
 * begins with its name and rule; its query gives a sentence (`finding`) for each place where the rule is broken between
 * `from_date` and `to_date`, local days, both included:
 *
 *     -- silent_site: A site that had readings within the week before has some of the last two days.
 *     SELECT ... AS finding
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { renderView } from "./catalog";
import { type Check, parseCheck } from "./sql-files";

export type { Check } from "./sql-files";

const folder = "checks";
/** Sentences that a failed run tells in full; the rest it counts. A message has no room for a fleet. */
const told = 5;

export function readChecks(): Check[] {
  const files = readdirSync(join(__dirname, folder)).sort();
  return files.map((file) => parseCheck(`${folder}/${file}`, readFileSync(join(__dirname, folder, file), "utf8")));
}

/** All findings of a check in one text; NULL where its rule holds. */
export const findingsQuery = ({ sql }: Check): string => `SELECT
  STRING_AGG(IF(place <= ${told}, finding, NULL), ' ' ORDER BY place)
    || IF(MAX(place) > ${told}, ' And ' || CAST(MAX(place) - ${told} AS STRING) || ' more.', '') AS findings
FROM (SELECT finding, ROW_NUMBER() OVER (ORDER BY finding) AS place FROM (
${sql}
))`;

/** Fails with the sentences of `variables`, one of each check, where any is known. */
export const verdictQuery = (variables: readonly string[]): string => `SELECT
  IF(COUNT(findings) = 0, 'All checks hold.', ERROR(STRING_AGG(findings, ' ' ORDER BY place))) AS verdict
FROM (
  ${variables.map((variable, place) => `SELECT ${place} AS place, ${variable} AS findings`).join("\n  UNION ALL ")}
)`;

/**
 * The scheduled query, for `@run_date`. Each check is a query of its own, so that none is too large together with others, and
 * only the last statement fails: a broken rule hides no other.
 */
export function checksScript(checks: readonly Check[], dataset: string): string {
  const variables = checks.map(({ name }) => name);
  const script = `DECLARE from_date DATE DEFAULT DATE_SUB(@run_date, INTERVAL 2 DAY);
DECLARE to_date DATE DEFAULT DATE_SUB(@run_date, INTERVAL 1 DAY);
${checks.map((check) => `DECLARE ${check.name} STRING DEFAULT (\n${findingsQuery(check)}\n);`).join("\n")}
${verdictQuery(variables)};`;
  return renderView({ sql: script }, dataset);
}
