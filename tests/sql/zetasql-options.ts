/** The dialect that ZetaSQL is asked for: what BigQuery accepts, as far as this build of ZetaSQL knows it. */
import type { TypedParameter } from "./zetasql";
import { encodeType } from "./zetasql-values";

/** Features (by part of the name) that BigQuery does not have. */
const foreign = [
  "FEATURE_TEST",
  "TIMESTAMP_NANOS",
  "DISALLOW_LEGACY",
  "SPANNER",
  "DISABLE_ARRAY",
  "DISABLE_OUTER",
  "STRICT_FUNCTION",
  "SQL_MACROS",
  "PI_FUNCTIONS",
  "NULLIFZERO",
  "INLINE_LAMBDA",
  "ARRAY_FIND",
  "ARRAY_AGGREGATION",
  "FIRST_AND_LAST_N",
  "SAFE_FUNCTION_CALL_WITH_LAMBDA",
];

const rewrites = [
  "FLATTEN",
  "PIVOT",
  "UNPIVOT",
  "TYPEOF_FUNCTION",
  "BUILTIN_FUNCTION_INLINER",
  "WITH_EXPR",
  "INLINE_SQL_FUNCTIONS",
];

export interface LanguageOptions {
  readonly enabledLanguageFeatures: readonly string[];
}

/** `base` is the server's own list of everything it knows. */
export function languageOptions(base: LanguageOptions) {
  return {
    ...base,
    productMode: "PRODUCT_EXTERNAL",
    nameResolutionMode: "NAME_RESOLUTION_DEFAULT",
    supportedStatementKinds: [],
    reservedKeywords: ["QUALIFY"],
    enabledLanguageFeatures: base.enabledLanguageFeatures.filter(
      (name) => !foreign.some((part) => name.includes(part)),
    ),
  };
}

export function analyzerOptions(language: LanguageOptions, parameters: readonly TypedParameter[]) {
  return {
    languageOptions: language,
    defaultTimezone: "UTC",
    errorMessageMode: "ERROR_MESSAGE_MULTI_LINE_WITH_CARET",
    allowedHintsAndOptions: {},
    pruneUnusedColumns: true,
    parameterMode: "PARAMETER_NAMED",
    queryParameters: parameters.map(({ name, type }) => ({ name, type: encodeType({ type }) })),
    enabledRewrites: rewrites.map((name) => `REWRITE_${name}`),
  };
}
