/** What the bench of a fleet's day measured, as tables. */
import type { Sent } from "./fleet-input";
import { dollarsOf } from "./fleet-prices";
import type { OfFunction, Used } from "./fleet-runs";
import { thousands } from "./functions";

type Seen = Omit<Used, "processorSeconds">;

export interface Day {
  readonly meters: number;
  /** In the hour that was sent. */
  readonly sent: Sent;
  /** What had been used at each of its points, all in all. */
  readonly afterHour: Seen;
  readonly afterDays: Seen;
  readonly beforeArchive: Seen;
  readonly afterArchive: Seen;
  /** Why the archive was not made: on a machine that does much else, its 900 s may end first. */
  readonly failure: string | undefined;
  /** Of ten sites each, whose whole day was compiled and linked. */
  readonly batches: { readonly measured: number; readonly all: number };
}

const summed = ["invocations", "processorSeconds", "puts", "gets"] as const;
type Sums = Record<(typeof summed)[number], number>;
const ofNothing: Sums = { invocations: 0, processorSeconds: 0, puts: 0, gets: 0 };
const sums = (make: (key: keyof Sums) => number): Sums => ({
  ...{ invocations: make("invocations"), processorSeconds: make("processorSeconds") },
  ...{ puts: make("puts"), gets: make("gets") },
});

const steps = ["plan-run", "collect-hour", "gather-days", "compile-day", "link-days", "commit-run", "archive-day"];
const hourly = 24;
/** A batch of the day as it grows: a mean hour has half of it. */
const compiled = ["compile-day", "link-days"];

const of = (seen: Seen, step: string): OfFunction | undefined => seen.functions.get(step);

/** What a step uses in a day of hourly runs. */
function ofDay({ afterHour, afterDays, beforeArchive, afterArchive, batches }: Day, step: string): Sums {
  const used = (seen: Seen) => of(seen, step) ?? ofNothing;
  if (step === "archive-day") return sums((key) => used(afterArchive)[key] - used(beforeArchive)[key]);
  if (!compiled.includes(step)) return sums((key) => hourly * used(afterHour)[key]);
  const share = batches.all / batches.measured;
  const whole = sums((key) => share * (used(afterDays)[key] - used(afterHour)[key]));
  return sums((key) => (hourly * (used(afterHour)[key] + whole[key])) / 2);
}

const row = (cells: readonly unknown[]) => `| ${cells.join(" | ")} |`;
const table = (head: readonly string[], rows: readonly (readonly unknown[])[]) =>
  [row(head), `|${"---|".repeat(head.length)}`, ...rows.map(row)].join("\n");

export function dayTables(days: readonly Day[]): { day: string; steps: string } {
  const head = [
    ...["meters", "messages", "raw, GB", "compiled site-days", "seconds of processor", "S3 requests", "transitions"],
    ...["largest payload, bytes", "most events of an execution", "dollars a meter and month"],
  ];
  const rows = days.map((day) => {
    const { meters, sent, afterHour, batches } = day;
    const all = steps.map((step) => ofDay(day, step));
    const total = sums((key) => all.reduce((sum, each) => sum + each[key], 0));
    const transitions = hourly * afterHour.transitions;
    const dollars = (dollarsOf({ ...total, transitions }) * 30) / meters;
    const share = batches.measured === batches.all ? "all" : `${batches.measured} of ${batches.all} batches`;
    return [
      ...[thousands(meters), thousands(hourly * sent.messages), ((hourly * sent.bytes) / 1e9).toFixed(2), share],
      ...[total.processorSeconds, total.puts + total.gets, transitions].map(thousands),
      ...[thousands(afterHour.largestBytes), afterHour.mostEvents, dollars.toFixed(4)],
    ];
  });
  const cells = (day: Day, step: string) => {
    const last = of(day.afterArchive, step);
    if (step === "archive-day" && day.failure !== undefined) return day.failure;
    if (last === undefined) return "";
    const { invocations, processorSeconds } = ofDay(day, step);
    const calls = `${thousands(invocations)} ${invocations === 1 ? "call" : "calls"}, ${thousands(processorSeconds)} s`;
    return `${calls}; longest ${last.longestSeconds.toFixed(1)} s, ${last.peakMb} MB`;
  };
  const memoryOf = (step: string) => days.flatMap((day) => of(day.afterArchive, step)?.memoryMb ?? [])[0] ?? "";
  return {
    day: table(head, rows),
    steps: table(
      ["step", "memory, MB", ...days.map(({ meters }) => `${thousands(meters)} meters`)],
      steps.map((step) => [`\`${step}\``, memoryOf(step), ...days.map((day) => cells(day, step))]),
    ),
  };
}
