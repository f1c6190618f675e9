/** Power now, as lines for a terminal of any width: a row a channel and what the site uses in all; unknown is said, never zero. */
import type { ChannelRole } from "../../configuration/roles";
import { groupBy } from "../group";
import type { ChannelPower } from "./live-power";
import type { Line, Size } from "./terminal";
import { cutTo, widthOf } from "./text-width";

/** What a channel does while its power is positive, and while it is negative. */
const directions: Record<ChannelRole, readonly [positive: string, negative: string]> = {
  grid: ["import", "export"],
  solar: ["produces", "draws"],
  battery: ["discharges", "charges"],
  load: ["uses", "feeds back"],
};

/** `now`: ms. No line is wider than the terminal, nor are there more than it shows at once. */
export function liveBlock(channels: readonly ChannelPower[], now: number, { columns, rows }: Size): Line[] {
  // A full last column makes some terminals go to the next line.
  const width = columns - 1;
  const lines = [...groupBy(channels, ({ site }) => site)].flatMap(([site, own]) => siteLines(site, own, now, width));
  const fitting = lines.map(({ text, ...style }) => ({ text: cutTo(text, width), ...style }));
  // The cursor stands below the last one.
  const room = Math.max(1, rows - 1);
  if (fitting.length <= room) return fitting;
  return [...fitting.slice(0, room - 1), { text: cutTo(`… ${fitting.length - room + 1} more lines`, width) }];
}

function siteLines(site: string, channels: readonly ChannelPower[], now: number, width: number): Line[] {
  if (channels.every(({ ts }) => ts === null)) return [{ text: `${site}: no reading yet`, style: "dim" }];
  const known = channels.map((channel) => ({ ...channel, power_w: powerNow(channel, now) }));
  const texts = table(known, now, width);
  return [
    { text: `${site}, power now`, style: "bold" },
    ...known.map(({ power_w }, index): Line => {
      const text = texts[index] ?? "";
      return power_w === undefined ? { text, style: "dim" } : { text };
    }),
    { text: `  ${usedInAll(known)}`, style: "bold" },
  ];
}

/** Longer than the meter's longest gap it does not hold. */
const powerNow = ({ power_w, ts, max_gap_s }: ChannelPower, now: number) =>
  power_w === null || ts === null || now - ts > max_gap_s * 1000 ? undefined : power_w;

type Known = Omit<ChannelPower, "power_w"> & { readonly power_w: number | undefined };

/** The rows in the widest form that fits; in the narrowest, names are cut. */
function table(channels: readonly Known[], now: number, width: number): string[] {
  const cells = channels.map(({ channel_name, role, ts, power_w }) => ({
    ...{ name: channel_name, role, age: ageText(ts, now) },
    ...{ power: watts(power_w), direction: directionOf(role, power_w) },
  }));
  const wide = align(cells.map(({ name, role, power, direction, age }) => [name, role, power, direction, ago(age)]));
  if (fits(wide, width)) return wide.map(joined);
  const withoutRole = align(cells.map(({ name, power, direction, age }) => [name, power, direction, ago(age)]));
  if (fits(withoutRole, width)) return withoutRole.map(joined);
  const rest = align(cells.map(({ power, direction, age }) => [power, direction, age]));
  const restWidth = Math.max(...rest.map((row) => widthOf(joined(row))));
  const names = align(cells.map(({ name }) => [cutTo(name, Math.max(4, width - restWidth - 2))]));
  return rest.map((row, index) => joined([...(names[index] ?? []), ...row]));
}

const joined = (cells: readonly string[]) => `  ${cells.join("  ").trimEnd()}`;
const fits = (rows: readonly string[][], width: number) => rows.every((row) => widthOf(joined(row)) <= width);

/** Cells of a column take the same width. The third from the end, the power, is aligned to the right. */
function align(rows: readonly string[][]): string[][] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ""))));
  return rows.map((row) =>
    row.map((cell, column) => {
      const space = " ".repeat((widths[column] ?? 0) - widthOf(cell));
      return column === row.length - 3 ? space + cell : cell + space;
    }),
  );
}

const watts = (power_w: number | undefined) =>
  power_w === undefined ? "unknown" : `${Math.round(Math.abs(power_w)).toLocaleString("en")} W`;

function directionOf(role: ChannelRole, power_w: number | undefined): string {
  if (power_w === undefined || Math.round(Math.abs(power_w)) === 0) return "";
  const [positive, negative] = directions[role];
  return power_w > 0 ? positive : negative;
}

/** How old it is, without the word `ago`. */
function ageText(ts: number | null, now: number): string {
  if (ts === null) return "no reading";
  const seconds = Math.max(0, Math.floor((now - ts) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
}

const ago = (age: string) => (/^\d/.test(age) ? `${age} ago` : age);

/** As `site_slots` makes up the balance, and with what it takes for noise of meters that are not read at one instant. */
function usedInAll(channels: readonly Known[]): string {
  const parts = channels.filter(({ role }) => role !== "load");
  if (!parts.some(({ role }) => role === "grid")) return "Used in all: unknown, no channel measures the grid";
  const unknown = parts.filter(({ power_w }) => power_w === undefined).map(({ channel_name }) => channel_name);
  if (unknown.length > 0) return `Used in all: unknown, as ${unknown.join(", ")} ${unknown.length > 1 ? "are" : "is"}`;
  const sum = (value: (power_w: number, role: ChannelRole) => number) =>
    parts.reduce((total, { power_w, role }) => total + value(power_w ?? 0, role), 0);
  const gone = sum((power_w, role) => (role === "solar" ? 0 : Math.max(0, -power_w)));
  const used = sum((power_w) => Math.max(0, power_w)) - gone;
  if (used < -Math.max(20, gone / 20)) return "Used in all: unknown, more flows out than the channels bring in";
  return `Used in all: ${watts(Math.max(0, used))}`;
}
