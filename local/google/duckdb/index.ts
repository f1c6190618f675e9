/** DuckDB as the engine that BigQuery stands on here: it knows GoogleSQL and the mirror's files, and no resource graph. */
export { reasonOf } from "./mistakes";
export { lastExpiredDate, type NativeRow, toDate, toMicros, toTimestamp } from "./native";
export type { Parameters } from "./parameters";
export { missingFile } from "./refusals";
export type { ResultColumn, Row, Value } from "./rows";
export { relationsOf } from "./views";
export { openWarehouse, type Result, type Warehouse, type WarehouseArgs } from "./warehouse";
