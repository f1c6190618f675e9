/** Calendar days as `YYYY-MM-DD`: no clock and no zone takes part. */

const dayMs = 86_400_000;
const textOf = (instant: number) => new Date(instant).toISOString().slice(0, 10);

export const addDays = (day: string, days: number): string => textOf(Date.parse(day) + days * dayMs);

/** Days from `from` to `to`, both counted. */
export const lengthOf = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / dayMs + 1;

/** The same day of another month, or the month's last. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return textOf(Date.UTC(year, month - 1 + months, Math.min(date, last)));
}

export const monthStart = (day: string): string => `${day.slice(0, 7)}-01`;
export const monthEnd = (day: string): string => addDays(addMonths(monthStart(day), 1), -1);
export const yearStart = (day: string): string => `${day.slice(0, 4)}-01-01`;
export const yearEnd = (day: string): string => `${day.slice(0, 4)}-12-31`;
/** Monday of its week. */
export const weekStart = (day: string): string => addDays(day, -((new Date(Date.parse(day)).getUTCDay() + 6) % 7));

export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && textOf(Date.parse(text)) === text;
