/** Which pictures the documentation has, and of what. */
import { type ScreenName, screenNames } from "../../dashboard/questions/screen-names";

export interface Picture {
  /** The file's name without its ending. */
  readonly name: string;
  /** Of the page, with screen and range. */
  readonly path: string;
  readonly scheme: "light" | "dark";
  /** Of the window, CSS pixels. */
  readonly width: number;
}

const dayMs = 86_400_000;
/** Whole days before today: a day that has hardly begun says little. */
const lastDays: Readonly<Record<ScreenName, number>> = {
  now: 1,
  period: 7,
  circuits: 7,
  pattern: 14,
  money: 14,
  trust: 14,
};

/** Each screen by day, and the one of the README by night too. `now` decides which days are the last ones. */
export function pictures(now: Date, site: string): readonly Picture[] {
  const date = (daysAgo: number) => new Date(now.getTime() - daysAgo * dayMs).toISOString().slice(0, 10);
  const pathOf = (screen: ScreenName) => {
    const [from, to] = screen === "now" ? [date(0), date(0)] : [date(lastDays[screen]), date(1)];
    return `/${screen}?${new URLSearchParams({ site, range: "custom", from, to })}`;
  };
  return [
    ...screenNames.map((screen) => ({ name: screen, path: pathOf(screen), scheme: "light", width: 1200 }) as const),
    { name: "period-dark", path: pathOf("period"), scheme: "dark", width: 1200 },
  ];
}
