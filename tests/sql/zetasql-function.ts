/**
 * A function of the dataset as ZetaSQL's catalog has it: the server checks a call against the signature and reads the text
 * anew for each, with the types of the arguments. So a bare NULL needs a type (`CAST(NULL AS FLOAT64)`).
 */
import type { SqlFunction } from "../../sql/catalog";
import { encodeType } from "./zetasql-values";

export function encodeFunction({ name, type, parameters, sql }: SqlFunction): object {
  const typed = (each: Pick<SqlFunction, "type">) => ({
    kind: "ARG_TYPE_FIXED",
    type: encodeType(each),
    numOccurrences: 1,
  });
  return {
    namePath: [`wattlake.${name}`],
    group: "Templated_SQL_Function",
    mode: "SCALAR",
    signature: [{ argument: parameters.map(typed), returnType: typed({ type }) }],
    options: {},
    parseResumeLocation: { input: sql, bytePosition: 0 },
    templatedSqlFunctionArgumentName: parameters.map((each) => each.name),
  };
}
