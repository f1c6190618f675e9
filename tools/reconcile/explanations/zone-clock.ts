/** Another zone clock: the same energy, sorted into the bands that hold where the zones' clock is set in another way. */
import { bandsOf, type Tariff, type Version } from "../../../configuration/tariffs";
import type { PrintedBill } from "../printed-bill";
import { dayAfter, type RecordedSlot } from "../recorded";
import { type Explanation, meterTolerance, numberText, quantitiesOf } from "./explanation";

const clocks = { civil: "the clock on the wall", standard: "standard time all year", utc: "UTC" } as const;
type Clock = keyof typeof clocks;
const clockNames: readonly Clock[] = ["civil", "standard", "utc"];

export const zoneClock: Explanation = async (given) => {
  const { bill, printed, difference, recorded, tariff } = given;
  const { component: id, band: own } = printed;
  const component = tariff?.components.find((one) => one.id === id);
  if (difference.figure !== "quantity" || !tariff || !component || own === undefined) return [];
  const slots = (await recorded.slots(component.id)).filter(({ date }) => date >= bill.from && date <= bill.to);
  return clockNames.flatMap((clock) => {
    if (component.versions.every((version) => version.clock === clock)) return [];
    const kwhOf = (band: string) => energyOf(tariff, component.versions, { slots, clock, band, bill });
    const fits = quantitiesOf(given).every(
      ({ band, kwh }) => band === undefined || Math.abs(kwhOf(band) - kwh) <= kwh * meterTolerance,
    );
    if (!fits) return [];
    return [`Another zone clock: by ${clocks[clock]}, ${own} would have ${numberText(kwhOf(own))} kWh.`];
  });
};

interface Asked {
  readonly slots: readonly RecordedSlot[];
  readonly clock: Clock;
  readonly band: string;
  readonly bill: PrintedBill;
}

/** Of the band, kWh. */
function energyOf(tariff: Tariff, versions: readonly Version[], { slots, clock, band, bill }: Asked): number {
  const held = versions.flatMap((version) => {
    const windows: { startMs: number; endMs: number }[] = [];
    for (let date = bill.from; date <= bill.to; date = dayAfter(date))
      windows.push(...bandsOf(tariff, { ...version, clock }, date).filter((window) => window.band === band));
    const own = slots.filter((slot) => slot.version === version.from);
    return own.filter(({ start_ms }) => windows.some(({ startMs, endMs }) => startMs <= start_ms && start_ms < endMs));
  });
  return held.reduce((sum, { energy_wh }) => sum + (energy_wh ?? 0), 0) / 1000;
}
