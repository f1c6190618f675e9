/** Register differences: a register that was read on another day than the bill says. */
import { halfDigit } from "../printed-bill";
import { dayAfter, daysAround, type RecordedSlot } from "../recorded";
import { type Explanation, numberText, quantitiesOf } from "./explanation";

export const readingDays: Explanation = async (given) => {
  const { bill, printed, difference, recorded } = given;
  const { component, band: own } = printed;
  if (difference.figure !== "quantity" || component === undefined) return [];
  const slots = await recorded.slots(component);
  const kwhOf = (band: string | undefined, from: string, to: string) =>
    energyOf(
      slots.filter((slot) => band === undefined || slot.band === band),
      from,
      to,
    );
  const shifts = Array.from({ length: 2 * daysAround + 1 }, (_, at) => at - daysAround);
  const spans = shifts.flatMap((start) =>
    shifts.map((end) => ({
      from: dayAfter(bill.from, start),
      to: dayAfter(bill.to, end),
      moved: Math.abs(start) + Math.abs(end),
    })),
  );
  const fitting = spans.filter(
    ({ from, to, moved }) =>
      moved > 0 &&
      from <= to &&
      // A day that is not recorded would count as one without energy.
      [from, to].every((date) => slots.some((slot) => slot.date === date)) &&
      quantitiesOf(given).every(({ band, kwh }) => Math.abs(kwhOf(band, from, to) - kwh) <= halfDigit(kwh)),
  );
  const [best] = fitting.sort((a, b) => a.moved - b.moved);
  if (!best) return [];
  const kwh = numberText(kwhOf(own, best.from, best.to));
  return [`Reading days: from ${best.from} to ${best.to}, both included, there are ${kwh} kWh.`];
};

const energyOf = (slots: readonly RecordedSlot[], from: string, to: string) =>
  slots.reduce((sum, { date, energy_wh }) => sum + (date >= from && date <= to ? (energy_wh ?? 0) : 0), 0) / 1000;
