/** Spans of local days, half open, and arithmetic of days. A day is its number since 1970-01-01: no clock is asked. */

/** `[start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const msPerDay = 86_400_000;

/** Of `YYYY-MM-DD`. */
export const dayOf = (date: string): number => Date.parse(date) / msPerDay;
export const dateOf = (day: number): string => new Date(day * msPerDay).toISOString().slice(0, 10);

/** A bound that is not there is far away. */
export const spanOf = ({ from, until }: { from?: string | undefined; until?: string | undefined }): Span => ({
  start: from === undefined ? Number.NEGATIVE_INFINITY : dayOf(from),
  end: until === undefined ? Number.POSITIVE_INFINITY : dayOf(until),
});

/** Empty (no days) where they have none in common. */
export function common(...spans: readonly Span[]): Span {
  const start = Math.max(...spans.map((each) => each.start));
  return { start, end: Math.max(start, Math.min(...spans.map((each) => each.end))) };
}

export const daysIn = ({ start, end }: Span): number => end - start;
export const isEmpty = (span: Span): boolean => daysIn(span) <= 0;

/** Of spans in any order: what they cover, in order, those that touch joined. */
export function joined(spans: readonly Span[]): Span[] {
  const all: { start: number; end: number }[] = [];
  for (const { start, end } of spans.filter((each) => !isEmpty(each)).sort((a, b) => a.start - b.start)) {
    const last = all.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else all.push({ start, end });
  }
  return all;
}

/** What of a span no other one covers, in order. */
export function without(span: Span, others: readonly Span[]): Span[] {
  const left: Span[] = [];
  let { start } = span;
  for (const other of joined(others)) {
    left.push({ start, end: Math.min(other.start, span.end) });
    start = Math.max(start, other.end);
  }
  left.push({ start, end: span.end });
  return left.filter((each) => !isEmpty(each));
}

/** The first day of a month, counted from January of year 0. */
export const firstOfMonth = (month: number): number => Date.UTC(Math.floor(month / 12), month % 12, 1) / msPerDay;
/** The month of a day, counted likewise. */
export function monthOf(day: number): number {
  const date = new Date(day * msPerDay);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
