/** A day of a plan in the terminal: each component's bands, hours and prices, and where they are from. */
import { Temporal } from "temporal-polyfill";
import {
  bandsIn,
  bandsOfDay,
  type Component,
  demandBand,
  type LocalDay,
  localDay,
  type Tariff,
  type Version,
  versionOn,
} from "../../configuration/tariffs";
import { blocksText, chargeText, priceText, seriesText } from "./price-text";
import { provenanceOf, sourceLines, validityOf } from "./provenance";

export function dayText(tariff: Tariff, date: string): string {
  const day = localDay(date, tariff.timezone);
  const head = `${tariff.id}, ${tariff.name}\n${dateText(tariff, date)}, ${tariff.timezone}; prices in ${tariff.currency}`;
  const components = tariff.components.map((component) => componentText(tariff, component, date, day));
  return [head, ...components, sourceLines(tariff).join("\n")].join("\n\n").trimEnd();
}

function dateText({ calendarDays, holidayDates }: Tariff, date: string): string {
  const weekday = Temporal.PlainDate.from(date).toLocaleString("en", { weekday: "long" });
  const holiday = calendarDays?.holidays.find((one) => one.date === date && holidayDates.has(date));
  return `${weekday}, ${date}${holiday ? ` (holiday: ${holiday.name})` : ""}`;
}

function componentText(tariff: Tariff, component: Component, date: string, day: LocalDay): string {
  const direction = component.direction === "export" ? ", for exported energy" : "";
  const title = `${component.name} (${component.kind}${direction})`;
  const version = versionOn(component, date);
  if (!version) return `${title}\n  not valid on this day`;
  return [
    `${title}, ${validityOf(version)}, VAT ${percent(version.vat)}${clockText(version)}`,
    ...(version.fixed || version.brackets ? chargeText(version) : windowLines(tariff, version, day)),
    `  ${provenanceOf(version)}`,
  ].join("\n");
}

const percent = (fraction: number) =>
  new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 2 }).format(fraction);

const clocks = { civil: "", standard: ", zones by standard time all year", utc: ", zones by UTC" } as const;
const clockText = ({ clock, bands, demand }: Version) => (bands || demand ? clocks[clock] : "");

function windowLines(tariff: Tariff, version: Version, day: LocalDay): string[] {
  const rows = bandsOfDay(tariff, version, day).map(({ startMs, endMs, band, price }) => {
    const of = bandsIn(version).find(({ name }) => name === band);
    const said = price === undefined ? withoutPrice(version, of) : `${priceText(version, price)} per kWh`;
    return [`${timeText(day, startMs, tariff.timezone)}-${timeText(day, endMs, tariff.timezone)}`, band, said] as const;
  });
  if (rows.length === 0) return ["  not at any hour of this day"];
  const widest = Math.max(...rows.map(([, band]) => band.length));
  return rows.map(([hours, band, said]) => `  ${hours}  ${band.padEnd(widest)}  ${said}`);
}

function withoutPrice(version: Version, band: ReturnType<typeof bandsIn>[number] | undefined): string {
  if (band?.blocks) return blocksText(version, band.blocks);
  if (band?.name === demandBand && version.demand) return chargeText(version).join("").trim();
  return band?.series ? `not yet known (${seriesText(band.series)})` : "not yet known";
}

/** Where the clock changes, with the offset: some times are there twice. */
function timeText({ civil, endMs }: LocalDay, ms: number, timezone: string): string {
  const text = Temporal.Instant.fromEpochMilliseconds(ms)
    .toZonedDateTimeISO(timezone)
    .toString({ timeZoneName: "never", smallestUnit: "minute" })
    .slice(11);
  const time = ms === endMs ? `24:00${text.slice(5)}` : text;
  return civil.length > 1 ? time : time.slice(0, 5);
}
