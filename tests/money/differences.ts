/** Where two calculations of a bill differ, line by line. */

/** A row of the view `bill`, or a line of the second calculation. */
export interface Line {
  readonly period_start?: unknown;
  readonly component?: unknown;
  readonly version?: unknown;
  readonly band?: unknown;
  readonly block?: unknown;
  readonly unit?: unknown;
  readonly quantity?: unknown;
  readonly net?: unknown;
  readonly vat?: unknown;
  readonly gross?: unknown;
}

/** What each calculation says of the lines that differ by a ten-thousandth or more. */
export function differences(view: readonly Line[], second: readonly Line[]): object[] {
  const [ofView, ofSecond] = [byKey(view), byKey(second)];
  return [...new Set([...ofView.keys(), ...ofSecond.keys()])].sort().flatMap((line) => {
    const [one, other] = [ofView.get(line), ofSecond.get(line)];
    return isSame(one, other) ? [] : [{ line, view: one, second: other }];
  });
}

type Figures = readonly (number | null)[];

function byKey(lines: readonly Line[]): Map<string, Figures> {
  const found = new Map<string, Figures>();
  for (const { period_start, component, version, band, block, unit, ...line } of lines) {
    const key = [period_start, component, version, band, block, unit].join(" ");
    if (found.has(key)) throw new Error(`two lines of ${key}`);
    found.set(key, [line.quantity, line.net, line.vat, line.gross].map(numberOf));
  }
  return found;
}

const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** A block that is reached by a float's last digit alone is a line of nothing. */
function isSame(one: Figures | undefined, other: Figures | undefined): boolean {
  if (one === undefined || other === undefined)
    return [...(one ?? []), ...(other ?? [])].every((value) => Math.abs(value ?? 0) < 1e-4);
  return one.every((value, at) => {
    const [a, b] = [value, other[at] ?? null];
    return a === null || b === null ? a === b : Math.abs(a - b) < 1e-4;
  });
}
