/** Answers as text: a table for people, CSV (RFC 4180) and JSON for programs. */
import { alignTable } from "../../local/session/text-table";
import type { Answer, Value } from "./answer";
import type { Format } from "./arguments";

const numeric = ["INT64", "INTEGER", "FLOAT64", "FLOAT", "NUMERIC", "BIGNUMERIC"];

export function formatAnswer(answer: Answer, format: Format): string {
  if (format === "csv") return csv(answer);
  if (format === "json") return json(answer);
  return table(answer);
}

function table({ columns, rows }: Answer): string {
  const isLeft = (column: number) => !numeric.includes(columns[column]?.type ?? "");
  const lines = rows.map((row) => columns.map(({ name }) => tableCell(row[name] ?? null)));
  const aligned = alignTable([columns.map(({ name }) => name), ...lines], isLeft);
  return `${aligned}\n(${rows.length} ${rows.length === 1 ? "row" : "rows"})`;
}

/** Each row's names, and below them what the last column says of them, in lines of `width`: for a person at a terminal. */
export function formatDescriptions({ columns, rows }: Answer, width: number): string {
  const [last] = columns.slice(-1);
  return rows
    .map((row) => {
      const names = columns.slice(0, -1).map(({ name }) => tableCell(row[name] ?? null));
      return `${names.join("  ")}\n${wrapped(tableCell(row[last?.name ?? ""] ?? null), Math.max(20, width - 5))}`;
    })
    .join("\n");
}

/** A word that is longer than a line stands alone in one. */
const wrapped = (text: string, width: number) =>
  (text.match(new RegExp(`\\S.{0,${width - 1}}(?!\\S)|\\S+`, "g")) ?? [])
    .map((line) => `    ${line.trimEnd()}`)
    .join("\n");

/** Ten digits of a number are more than a meter has; CSV and JSON give all of them. */
function tableCell(value: Value): string {
  if (value === null) return "NULL";
  if (typeof value === "number") return String(Number(value.toPrecision(10)));
  return typeof value === "object" ? JSON.stringify(value) : String(value).replaceAll("\n", "\\n");
}

function csv({ columns, rows }: Answer): string {
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => columns.map(({ name }) => row[name] ?? null))];
  return lines.map((cells) => cells.map(csvCell).join(",")).join("\r\n");
}

/** NULL is nothing; an empty text is told from it by its quotation marks. */
function csvCell(value: Value): string {
  if (value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function json({ columns, rows }: Answer): string {
  const objects = rows.map((row) =>
    JSON.stringify(Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? null]))),
  );
  return objects.length === 0 ? "[]" : `[\n${objects.map((each) => `  ${each}`).join(",\n")}\n]`;
}

/** The message of a mistake, and below it the line of the question with a mark where it is. */
export function formatMistake(message: string, question: string): string {
  const [, line = "", column = ""] = /\[(\d+):(\d+)\]/.exec(message) ?? [];
  const text = question.split("\n")[Number(line) - 1];
  return text === undefined ? message : `${message}\n  ${text}\n  ${" ".repeat(Number(column) - 1)}^`;
}
