/** Filters of Monitoring and Logging, as far as the program's policies need them: comparisons that all must hold. */
import type { Fields } from "./series";

const fields = /^(?:resource\.type|resource\.labels\.\w+|metric\.type|metric\.labels\.\w+|severity)$/;
const clause = /^([\w.]+) (=|!=|>=) (?:"([^"]*)"|one_of\((.*)\)|([A-Z]+))$/;
/** Of log entries, from the least on. */
const severities = ["DEFAULT", "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT", "EMERGENCY"];

/** @throws where a part of the filter is of another form: it is refused rather than judged by half. */
export function readFilter(text: string): (subject: Fields) => boolean {
  const tests = text.split(" AND ").map(readClause);
  return (subject) => tests.every((holds) => holds(subject));
}

function readClause(text: string): (subject: Fields) => boolean {
  const [, field = "", operator, value, list, word] = clause.exec(text) ?? [];
  if (!fields.test(field)) throw refused(text);
  if (operator === ">=" && field === "severity" && word !== undefined && severities.includes(word))
    return (subject) => severities.indexOf(subject.severity ?? "DEFAULT") >= severities.indexOf(word);
  const values = list === undefined ? [value] : [...list.matchAll(/"([^"]*)"/g)].map(([, each]) => each);
  if (values.some((each) => each === undefined)) throw refused(text);
  if (operator === "=") return (subject) => values.includes(subject[field]);
  // As in the cloud, what lacks the field is not unequal to anything.
  if (operator === "!=" && list === undefined)
    return (subject) => subject[field] !== undefined && subject[field] !== value;
  throw refused(text);
}

const refused = (text: string) => new Error(`local mode does not judge the filter "${text}"`);
