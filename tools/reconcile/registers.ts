/** The bill's registers beside its quantities and beside the meters' own counters. */
import { amountText, meterTolerance, numberText } from "./explanations/explanation";
import type { PrintedBill } from "./printed-bill";
import type { Counter } from "./recorded";

/** @returns what is wrong, or agrees, in sentences. */
export function registerLines({ lines }: PrintedBill, counters: readonly Counter[]): string[] {
  const used = lines.flatMap(({ register }) => (register ? [register] : []));
  // Each component that is charged by a register shows it again.
  const registers = [...new Map(used.map((register) => [`${register.from} ${register.to}`, register])).values()];
  if (registers.length === 0) return [];
  const total = registers.reduce((sum, { from, to }) => sum + to - from, 0);
  return [
    ...lines.flatMap(({ text, register, quantity_kwh }) => {
      const charged = quantity_kwh ?? 0;
      if (!register || quantity_kwh === undefined || Math.abs(register.to - register.from - charged) < 0.5) return [];
      const rise = numberText(register.to - register.from);
      return [`${text}: the register rose by ${rise} kWh, but ${numberText(charged)} kWh are charged.`];
    }),
    `The registers rose by ${numberText(total)} kWh together.`,
    ...counters.map(counterText),
    ...differenceText(total, counters),
  ];
}

function counterText({ device, channel, from_wh, to_wh }: Counter): string {
  if (from_wh === null || to_wh === null) return `Counter of ${device}, channel ${channel}: none.`;
  const [from, to] = [from_wh / 1000, to_wh / 1000];
  return `Counter of ${device}, channel ${channel}: ${numberText(from)} to ${numberText(to)} kWh, ${numberText(to - from)} kWh.`;
}

function differenceText(total: number, counters: readonly Counter[]): string[] {
  const rises = counters.flatMap(({ from_wh, to_wh }) => (from_wh === null || to_wh === null ? [] : [to_wh - from_wh]));
  if (rises.length === 0 || rises.length < counters.length) return [];
  const counted = rises.reduce((sum, rise) => sum + rise, 0) / 1000;
  const share = total === 0 ? 0 : (total - counted) / total;
  const verdict =
    Math.abs(share) <= meterTolerance ? "as two good meters may differ" : "more than two good meters may differ";
  return [
    `Registers and counters are ${amountText(total - counted)} kWh apart (${numberText(share * 100, 2)} %): ${verdict}.`,
  ];
}
