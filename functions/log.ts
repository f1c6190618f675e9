/**
 * One structured record per unit of work; CloudWatch and local mode read the same fields.
 *
 * The record is logged as an object: with the JSON log format Lambda's runtime makes `message.unit` and so on of it, which
 * Logs Insights and metric filters find. Its text would be one string inside `message`.
 */
export function logUnit(unit: string, fields: Record<string, unknown>): void {
  console.log({ unit, ...fields });
}
