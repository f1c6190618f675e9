/** One structured JSON line per unit of work; CloudWatch and local mode read the same fields. */
export function logUnit(unit: string, fields: Record<string, unknown>): void {
  console.log(JSON.stringify({ unit, ...fields }));
}
