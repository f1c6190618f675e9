/** Tables of plain text: a line under the header. */

export type Cell = string;

/** `isLeft` says which columns are aligned to the left. @default the first one */
export function alignTable(
  rows: readonly (readonly Cell[])[],
  isLeft: (column: number) => boolean = (column) => column === 0,
): string {
  const [header = []] = rows;
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: Cell, column: number) =>
    isLeft(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  const lines = rows.map((row) => row.map(pad).join("  ").trimEnd());
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}
