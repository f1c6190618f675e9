/** A table with the columns start, end and price, comma or semicolon between them; without end, see `orderedPrices`. */
import { z } from "zod";
import { refuse, type SeriesFormat, type SourceFile } from "../format";
import { instantOf, type SourcePrice } from "./prices";
import { inUnit, measureOf } from "./unit";

export const csv: SeriesFormat = {
  name: "csv",
  kind: "series",
  isLike({ text, json }) {
    return json === undefined && tableOf(text).columns.includes("start");
  },
  read(source, { value = "price", timezone, ...options }) {
    const measure = measureOf(options, {});
    const { columns, rows, separator } = tableOf(source.text);
    const cellOf = columnsOf(source, columns, value);
    const prices = rows.map(({ cells, line }): SourcePrice => {
      const at = `${source.path}, line ${line}`;
      const [start, end, text] = ["start", "end", value].map((column) => cellOf(cells, column));
      const startMs = instantOf(start ?? "", timezone, at);
      const span = { startMs, ...(end && { endMs: instantOf(end, timezone, at) }) };
      if (!text) return { ...span, value: undefined };
      const price = numberOf(separator === ";" ? text.replace(",", ".") : text);
      if (price === undefined) throw refuse({ ...source, path: at }, `${value} is "${text}", but must be a number`);
      return { ...span, value: inUnit(measure.unit, price) };
    });
    return { prices, measure: measure.text, open: measure.open, notes: [] };
  },
};

function tableOf(text: string) {
  const lines = text.split(/\r?\n/).map((line, index) => ({ line: index + 1, text: line.trim() }));
  const [header, ...others] = lines.filter((line) => line.text !== "" && !line.text.startsWith("#"));
  const separator = header?.text.includes(";") ? ";" : ",";
  const cellsOf = (row: string) => row.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
  return {
    separator,
    columns: cellsOf(header?.text ?? "").map((column) => column.toLowerCase()),
    rows: others.map(({ line, text: row }) => ({ line, cells: cellsOf(row) })),
  };
}

function columnsOf(source: SourceFile, columns: readonly string[], value: string) {
  for (const column of ["start", value.toLowerCase()])
    if (!columns.includes(column))
      throw refuse(source, `has no column ${column}; its columns are ${columns.join(", ")}`);
  return (cells: readonly string[], column: string) => cells[columns.indexOf(column.toLowerCase())];
}

const numberOf = (text: string) => z.coerce.number().safeParse(text).data;
