/** What stands in a SQL file: a header of comments with names, types and descriptions, then a query or an expression. */
import { type Column, type ColumnType, columnTypes } from "./tables";

export interface Parameter {
  readonly name: string;
  readonly type: ColumnType;
}

export interface View {
  readonly name: string;
  /** As BigQuery shows it. */
  readonly description: string;
  readonly columns: readonly Column[];
  /** Parameters of a table function; empty for a view. */
  readonly parameters: readonly Parameter[];
  /** The query, with relations as `` `wattlake.<name>` ``. */
  readonly sql: string;
  /** Tables and views that the query reads, and functions that it calls. */
  readonly dependencies: readonly string[];
}

/** A formula that several views share. */
export interface SqlFunction {
  readonly name: string;
  /** Type of its value. */
  readonly type: ColumnType;
  readonly description: string;
  readonly parameters: readonly Column[];
  /** An expression of the parameters. */
  readonly sql: string;
}

/** A rule that the data keeps, asked for the local days `from_date` to `to_date`. */
export interface Check {
  readonly name: string;
  /** The rule, a sentence. */
  readonly rule: string;
  /** The query of the places where it is broken, a sentence each in `finding`. */
  readonly sql: string;
  readonly dependencies: readonly string[];
}

const viewFile = /^(internal|public)\/\d+_([a-z_]+)\.sql$/;
const checkFile = /^checks\/([a-z_]+)\.sql$/;
const functionFile = /^functions\/([a-z_]+)\.sql$/;
const viewLine = /^-- ([a-z_]+)(?:\(([^)]*)\))?: (.+)$/;
const columnLine = /^-- ([a-z0-9_]+) ([A-Z0-9]+): (.+)$/;
const parameterText = /^([a-z0-9_]+) ([A-Z0-9]+)$/;
/** A relation of the dataset, or a function where it is called. */
export const relation = /`wattlake\.([a-z_]+)`/g;

/** Tables, views and functions that the SQL names. */
export const dependenciesOf = (sql: string) => [...new Set([...sql.matchAll(relation)].map((found) => found[1] ?? ""))];

/** The description of a view that analysts do not need. */
export const internalStep = (description: string) => `Internal step: ${description}`;

export const isFunctionFile = (file: string): boolean => file.startsWith("functions/");
export const isCheckFile = (file: string): boolean => file.startsWith("checks/");

/** Parses the text of one view file; `file` is its path below `sql/`. */
export function parseView(file: string, text: string): View {
  const { first, columnLines, sql } = parts(text);
  const [, folder, name = ""] = match(
    viewFile,
    file,
    file,
    "a view's file is named NN_<name>.sql, in internal/ or public/",
  );
  const [, headName = "", parameters, description = ""] = match(
    viewLine,
    first,
    file,
    "the first line is -- <name>: <text>",
  );
  refuseOther(headName, name, file);
  return {
    name,
    description: folder === "internal" ? internalStep(description) : description,
    columns: columnLines.map((line) => parseColumn(line, file)),
    parameters: parameters ? parameters.split(", ").map((each) => parseParameter(each, file)) : [],
    sql,
    dependencies: dependenciesOf(sql),
  };
}

/** Parses the text of one function's file: its first line is of the form of the parameters' lines below it. */
export function parseFunction(file: string, text: string): SqlFunction {
  const { first, columnLines, sql } = parts(text);
  const [, name = ""] = match(functionFile, file, file, "a function's file is named <name>.sql");
  const { name: headName, type, description } = parseColumn(first, file);
  refuseOther(headName, name, file);
  if (dependenciesOf(sql).length > 0) throw new Error(`sql/${file}: a function is made of its parameters alone`);
  return { name, type, description, parameters: columnLines.map((line) => parseColumn(line, file)), sql };
}

/** Parses the text of one check's file. */
export function parseCheck(file: string, text: string): Check {
  const { first, sql } = parts(text);
  const [, name = ""] = match(checkFile, file, file, "a check's file is named <name>.sql");
  const [, headName = "", , rule = ""] = match(viewLine, first, file, "the first line is -- <name>: <rule>");
  refuseOther(headName, name, file);
  return { name, rule, sql, dependencies: dependenciesOf(sql) };
}

function parts(text: string): { first: string; columnLines: string[]; sql: string } {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("-- "));
  const [first = "", ...columnLines] = lines.slice(0, end);
  return { first, columnLines, sql: lines.slice(end).join("\n").trim() };
}

function refuseOther(headName: string, name: string, file: string): void {
  if (headName !== name) throw new Error(`sql/${file}: the first line names ${headName}, the file ${name}`);
}

function parseColumn(line: string, file: string): Column {
  const [, name = "", type = "", description = ""] = match(
    columnLine,
    line,
    file,
    `not -- <column> <TYPE>: <text>: ${line}`,
  );
  return { name, type: columnType(type, file), description };
}

function parseParameter(text: string, file: string): Parameter {
  const [, name = "", type = ""] = match(parameterText, text, file, `not <parameter> <TYPE>: ${text}`);
  return { name, type: columnType(type, file) };
}

function columnType(text: string, file: string): ColumnType {
  const type = columnTypes.find((each) => each === text);
  if (type === undefined) throw new Error(`sql/${file}: type ${text} is none of ${columnTypes.join(", ")}`);
  return type;
}

function match(pattern: RegExp, text: string, file: string, message: string): RegExpExecArray {
  const found = pattern.exec(text);
  if (found === null) throw new Error(`sql/${file}: ${message}`);
  return found;
}
