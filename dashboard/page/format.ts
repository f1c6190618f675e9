/** Numbers, times and units in the reader's locale and the site's zone. */

export interface Format {
  readonly locale: string;
  readonly zone: string;
  /** Wh as kWh. */
  energy(wh: number): string;
  /** The number alone, for a large figure beside its unit. */
  kwh(wh: number): string;
  power(w: number): string;
  money(amount: number): string;
  /** Money a unit: with all its digits. */
  price(amount: number): string;
  /** No more digits than it has, three at most. */
  number(value: number): string;
  /** 0 to 1 as percent. A share that is not whole never reads 100 %. */
  share(part: number): string;
  /** A change by as much, signed. */
  change(part: number): string;
  duration(seconds: number): string;
  count(value: number): string;
  time(instant: number): string;
  instant(instant: number): string;
  /** The local weekday and date of an instant. */
  weekdayAt(instant: number): string;
  day(day: string): string;
  shortDay(day: string): string;
  weekday(day: string): string;
  month(day: string): string;
  shortMonth(day: string): string;
  days(from: string, to: string): string;
}

export function createFormat(locale: string, zone: string, currency: string): Format {
  const number = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options);
  const at = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
  // A calendar day is no instant: it is named as it is, wherever the site.
  const dayOf = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
  const [fine, middle, coarse] = [2, 1, 0].map((digits) =>
    number({ minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
  const digits = (value: number) => (Math.abs(value) < 10 ? fine : Math.abs(value) < 1000 ? middle : coarse);
  const kwh = (wh: number) => (digits(wh / 1000) ?? number({})).format(wh / 1000);
  const watts = number({ maximumFractionDigits: 0 });
  const kilowatts = number({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const amount = number({ style: "currency", currency });
  const exact = number({ style: "currency", currency, maximumFractionDigits: 6 });
  const plain = number({ maximumFractionDigits: 3 });
  const percent = number({ style: "percent", maximumFractionDigits: 1 });
  const signed = number({ style: "percent", maximumFractionDigits: 0, signDisplay: "exceptZero" });
  const unit = (name: string) => number({ style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: 0 });
  const units = { hour: unit("hour"), minute: unit("minute"), second: unit("second"), day: unit("day") };
  const time = at({ hour: "2-digit", minute: "2-digit" });
  const instant = at({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
  const weekdayAt = at({ weekday: "short", day: "numeric" });
  const day = dayOf({ weekday: "short", day: "numeric", month: "long", year: "numeric" });
  const shortDay = dayOf({ day: "numeric", month: "short" });
  const weekday = dayOf({ weekday: "short", day: "numeric" });
  const month = dayOf({ month: "long", year: "numeric" });
  const shortMonth = dayOf({ month: "short" });
  const range = dayOf({ day: "numeric", month: "long", year: "numeric" });
  const date = (text: string) => new Date(Date.parse(text));
  const ofDay = (format: Intl.DateTimeFormat) => (text: string) => format.format(date(text));
  return {
    ...{ locale, zone, kwh },
    energy: (wh) => `${kwh(wh)} kWh`,
    power: (w) => (Math.abs(w) < 1000 ? `${watts.format(w)} W` : `${kilowatts.format(w / 1000)} kW`),
    // Not zero below zero.
    money: (value) => amount.format(Math.abs(value) < 0.005 ? 0 : value),
    price: (value) => exact.format(value),
    number: (value) => plain.format(value),
    share: (part) => percent.format(part < 1 && part > 0.999 ? 0.999 : part),
    change: (part) => signed.format(part),
    duration: (seconds) => {
      const minutes = Math.round(seconds / 60);
      if (seconds < 90) return units.second.format(Math.round(seconds));
      if (minutes < 60) return units.minute.format(minutes);
      if (minutes < 48 * 60)
        return [units.hour.format(Math.floor(minutes / 60)), minutes % 60 > 0 ? units.minute.format(minutes % 60) : ""]
          .join(" ")
          .trim();
      return units.day.format(Math.round(minutes / 1440));
    },
    count: (value) => watts.format(value),
    time: (value) => time.format(value),
    instant: (value) => instant.format(value),
    weekdayAt: (value) => weekdayAt.format(value),
    ...{ day: ofDay(day), shortDay: ofDay(shortDay), weekday: ofDay(weekday) },
    ...{ month: ofDay(month), shortMonth: ofDay(shortMonth) },
    days: (from, to) => range.formatRange(date(from), date(to)),
  };
}
